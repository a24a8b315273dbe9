/** Arabic, where the nearest `lang` says so. Other languages of a page decide nothing: a style has its own. */
export const languageAround = (element: Element | null | undefined): 'ar' | undefined => {
  const lang = element?.closest<HTMLElement>('[lang]')?.lang
  return lang && /^ar\b/i.test(lang) ? 'ar' : undefined
}
