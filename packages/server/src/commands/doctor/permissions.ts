import { basename } from 'node:path'
import { inFolder } from '../../data-folder/folder.ts'
import { openFiles, openToOthers } from '../../data-folder/permissions.ts'
import type { Finding } from '../../finding.ts'

/**
 * Whether others than its owner can look into a data folder or read its databases; the secret has a finding
 * of its own.
 */
export function permissions(path: string): Finding[] {
  const name = 'data folder'
  const findings: Finding[] = []
  const folder = openToOthers(path)
  if (folder) {
    const { owner } = folder
    const user = process.geteuid?.()
    if (owner === user)
      findings.push({ state: 'warn', name, found: `others can look into ${path}`, fix: `chmod 700 ${path}` })
    else {
      const found = `others can look into ${path}, which belongs to user ${owner}, not to ${user}`
      const fix =
        `chown ${user} ${path} and chmod 700 ${path}; ` +
        'leave a volume that Kubernetes gives to a group (fsGroup) as it is'
      findings.push({ state: 'warn', name, found, fix })
    }
  }
  const { secret } = inFolder(path)
  const files = openFiles(path).filter(file => file.path !== secret)
  if (files.length > 0) {
    const found = `others can read ${files.map(file => basename(file.path)).join(', ')}`
    findings.push({ state: 'warn', name, found, fix: `chmod 600 ${files.map(file => file.path).join(' ')}` })
  }
  return findings
}
