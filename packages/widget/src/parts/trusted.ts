interface ScriptUrls {
  createScriptURL(url: string): string
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptUrls): ScriptUrls
}
let policy: ScriptUrls | undefined

/** The address of a script of the service under the pages' Trusted Types, where there are any. */
export function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('upright', { createScriptURL: address => address }) ?? {
    createScriptURL: address => address,
  }
  return policy.createScriptURL(url)
}
