/**
 * The characters of codes, by language. Left out: what looks alike (0 O Q D, 1 I L with digits, 2 Z, 5 S, 6
 * G, 8 B, U V; bent and in mixed fonts also J T L, K X Y and 7 T, the misreadings seen most often) and, by
 * language, what sounds alike (B C D G P T V, F S, M N; in French X and six, E and two, R and L; in English A
 * and eight, U and two, T and three, F and X). `npx tsx assets/measure-voices.ts` tells how far apart two
 * characters are in each voice. A 4 that is bent and tilted is an A to many: with letters, only Light styles
 * have it.
 */
export const ALPHABETS = {
  fr: { digits: '023456789', letters: 'AEFHLMOTUWXYZ', both: 'AFHLMTUWXY23589', light: 'AFHLMTUWXY234589' },
  en: { digits: '023456789', letters: 'AHLMORTUWXY', both: 'AHLMRWXY23569', light: 'AHLMRWXY234569' },
} as const
