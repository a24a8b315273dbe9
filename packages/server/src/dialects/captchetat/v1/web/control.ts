/** One of the captcha's two links with an icon, in effect a button. A page may have done without it. */
export function createControl(link: HTMLAnchorElement | null, disabledIcon: string, act: () => void) {
  const icon = link?.querySelector('img')
  const enabledIcon = icon?.src ?? ''
  let enabled = true

  link?.addEventListener('click', event => {
    // Neither to the top of the page nor to a download.
    event.preventDefault()
    if (enabled) act()
  })
  link?.addEventListener('keydown', event => {
    if (event.key !== ' ') return
    event.preventDefault()
    if (!event.repeat) link.click()
  })

  return {
    enable(on: boolean) {
      enabled = on
      link?.setAttribute('aria-disabled', String(!on))
      // An icon that came with the markup stays: a proxy may not pass others on. The border says it too.
      if (icon && !enabledIcon.startsWith('data:')) icon.src = on ? enabledIcon : disabledIcon
    },
    label(text: string) {
      if (link) link.title = text
      // The title names the link. With the same words on the icon some screen readers would say it twice.
      if (icon) icon.alt = ''
    },
  }
}
