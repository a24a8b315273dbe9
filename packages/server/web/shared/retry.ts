/** Runs when what could not be fetched may be tried again: the network is back, or the page is in view again. */
export function onReconnect(retry: () => void): void {
  addEventListener('online', retry)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && navigator.onLine) retry()
  })
}
