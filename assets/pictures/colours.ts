import type { Colours } from './scene.ts'

/**
 * Colours for scenes, chosen by eye. In about half of them the ground is brighter than the sky, so that
 * brightness alone does not tell where a picture's top is.
 */
export const COLOURS = {
  spring: { sky: ['#bfe0f2', '#eef6e6'], far: '#7fae86', ground: '#7fb55c', bright: '#f7d648' },
  dawn: { sky: ['#f8cdb0', '#f5e6d6'], far: '#a58fa6', ground: '#b9bd7c', bright: '#e8739a' },
  dusk: { sky: ['#4b3f72', '#e58f7b'], far: '#3e3760', ground: '#a9a06b', bright: '#ffd9a0' },
  gold: { sky: ['#d9a75c', '#f6dc9c'], far: '#8f6a3c', ground: '#e3c271', bright: '#fff0b8' },
  lagoon: { sky: ['#8fd3d1', '#dff3ea'], far: '#4f9c95', ground: '#58b3b8', bright: '#ffe28a' },
  rose: { sky: ['#e7a9b8', '#fbe9e4'], far: '#a9708a', ground: '#d8b39a', bright: '#fff1f4' },
  lilac: { sky: ['#a996d0', '#e6dcf2'], far: '#75659f', ground: '#b3a8d6', bright: '#ffd0e0' },
  terracotta: { sky: ['#cf8a6a', '#f2c9a4'], far: '#8c4d3b', ground: '#d69a6c', bright: '#f3d9a0' },
  night: { sky: ['#1e2750', '#41588f'], far: '#16203f', ground: '#9db0da', bright: '#f4eec0' },
  polar: { sky: ['#7aa5d0', '#cfe2f0'], far: '#5d7fa0', ground: '#e6eef6', bright: '#ffffff' },
  aurora: { sky: ['#17324a', '#3f8f84'], far: '#14303c', ground: '#cfe3ea', bright: '#9ff0c8' },
  moss: { sky: ['#8fb07c', '#cfdcae'], far: '#3f6b45', ground: '#7f8f4a', bright: '#e6de78' },
  autumn: { sky: ['#e0a862', '#f6e2b8'], far: '#8c5a34', ground: '#b06a3a', bright: '#f2a93a' },
  jungle: { sky: ['#6fae6a', '#c6e3a0'], far: '#24583c', ground: '#6e5136', bright: '#f1e36b' },
  storm: { sky: ['#5c6d80', '#9fb0bb'], far: '#43545f', ground: '#b5bd86', bright: '#f5f2d8' },
  slate: { sky: ['#8fa2b2', '#d2dbe0'], far: '#667888', ground: '#a8a79c', bright: '#93a86c' },
  shore: { sky: ['#7fbcd8', '#d8ebe6'], far: '#4a9cb2', ground: '#ecd8a6', bright: '#f5efe2' },
  coral: { sky: ['#1f6f9f', '#63c3cf'], far: '#2f8f86', ground: '#e0cc9c', bright: '#f08a6a' },
  deep: { sky: ['#123a6b', '#2f86b0'], far: '#1d5f6a', ground: '#a3b0b4', bright: '#e0a0c0' },
  cream: { sky: ['#e2d0b0', '#f2e6d0'], far: '#f5ecdc', ground: '#b98a5a', bright: '#b8564f' },
  sage: { sky: ['#9fb89b', '#c6d6bf'], far: '#eef2e8', ground: '#d8b98a', bright: '#4f7a86' },
  plum: { sky: ['#5f4164', '#8a6288'], far: '#d9c7d6', ground: '#dbb98f', bright: '#ead2b0' },
  azure: { sky: ['#7fb0cf', '#b5d5e6'], far: '#eef3f5', ground: '#8f6547', bright: '#f0c060' },
  blush: { sky: ['#e6ada6', '#f3d3ca'], far: '#fff4f0', ground: '#b88a6a', bright: '#7f9fb0' },
  mustard: { sky: ['#cf9f3a', '#e4c374'], far: '#fff2cf', ground: '#75604f', bright: '#3f6f7a' },
} satisfies Record<string, Colours>
