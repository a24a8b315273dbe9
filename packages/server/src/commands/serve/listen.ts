import { CaptchaError } from '@upright/core'
import type { Config } from '../../config.ts'
import { listenForMetrics } from '../../telemetry/metrics-listener.ts'

/** Metrics that are shown. */
export interface ShownMetrics {
  /** Their address on this machine. */
  url: string
  close(): Promise<void>
}

/** Shows metrics where the configuration wants them. @throws CaptchaError `port_in_use`, `config_invalid` */
export async function showMetrics(
  { metrics }: Config,
  render: () => Promise<string>,
): Promise<ShownMetrics | undefined> {
  if (!metrics) return undefined
  try {
    const { port, close } = await listenForMetrics(metrics, render)
    return { url: `${urlOf(metrics.host, port)}/metrics`, close }
  } catch (error) {
    throw listenError(error, metrics.host, metrics.port, 'UPRIGHT_METRICS', 'UPRIGHT_METRICS')
  }
}

/**
 * Why an address cannot be listened on, in one line that says what to do; port and host are chosen with what
 * is named.
 */
export function listenError(
  error: unknown,
  host: string,
  port: number,
  chooser = '--port',
  hostChooser = 'HOST',
): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new CaptchaError(
      'port_in_use',
      `${host}:${port}; stop what runs there, or choose another with ${chooser}`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EACCES') {
    return new CaptchaError(
      'config_invalid',
      `port ${port} needs more rights: choose one above 1023 with ${chooser}`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CaptchaError('config_invalid', `${hostChooser} "${host}" is no address of this machine`, {
      cause: error,
    })
  }
  return error
}

/** The address on this machine of a server that listens at a host. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
