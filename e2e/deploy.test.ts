import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { testApp } from '../packages/server/src/testing/app.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const files = readdirSync(join(root, 'deploy'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && !entry.parentPath.endsWith('grafana'))
  .map(entry => join(entry.parentPath, entry.name).slice(root.length))
const templates = files.filter(path => path.includes('/templates/'))

interface ComposeService {
  image: string
  user?: string
  read_only: boolean
  cap_drop: string[]
  security_opt: string[]
  stop_grace_period?: string
  environment: Record<string, string>
  depends_on?: Record<string, { condition: string }>
}
const compose: { services: Record<string, ComposeService> } = parse(read('deploy/compose/compose.yaml'), {
  merge: true,
})
const services = Object.entries(compose.services)
const nodes = services.filter(([name]) => name.startsWith('upright-'))
const dockerfile = read('deploy/Dockerfile')
const unit = read('deploy/systemd/upright.service')
const values: Record<string, unknown> = parse(read('deploy/helm/upright/values.yaml'))

/** Every setting below an object, by its path: `image.tag`. */
const settings = (value: unknown, path: string[] = []): [path: string, value: unknown][] =>
  value && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, below]) => settings(below, [...path, key]))
    : [[path.join('.'), value]]

/** A JSON Schema, as far as the one of the chart is checked here. */
interface Schema {
  type?: string
  additionalProperties?: false | Schema
  properties?: Record<string, Schema>
  anyOf?: Schema[]
}
const schema: Schema = JSON.parse(read('deploy/helm/upright/values.schema.json'))

/** Whether a schema is of the type of a value, and allows no more properties than an object has. */
const describes = ({ type, anyOf, properties, additionalProperties }: Schema, value: unknown): boolean => {
  if (anyOf) return anyOf.some(each => describes(each, value))
  if (Array.isArray(value)) return type === 'array'
  if (typeof value !== 'object' || value === null)
    return type === typeof value || (type === 'integer' && Number.isInteger(value))
  if (!properties) return type === 'object'
  const names = Object.keys(properties).filter(name => name !== 'global')
  return (
    additionalProperties === false &&
    JSON.stringify(names.toSorted()) === JSON.stringify(Object.keys(value).toSorted()) &&
    Object.entries(value).every(([name, below]) => describes(properties[name]!, below))
  )
}

/** The names that a pattern's first group finds in a text. */
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1]!)

describe('environment variables', () => {
  /** Read by Node. */
  const NODE = ['NODE_ENV', 'NODE_EXTRA_CA_CERTS']
  const known = [...found(read('packages/server/src/config.ts'), /\b([A-Z][A-Z_]+)\b/g), ...NODE]

  it.each([
    ['the image', found(/^ENV (.+)$/m.exec(dockerfile)![1]!, /\b([A-Z_]+)=/g)],
    ['the nodes of the compose file', nodes.flatMap(([, node]) => Object.keys(node.environment))],
    ['the systemd unit', found(unit, /^Environment=([A-Z_]+)=/gm)],
    ['its file', found(read('deploy/systemd/upright.env'), /^#?([A-Z_]+)=/gm)],
    ['the chart', found(read('deploy/helm/upright/templates/deployment.yaml'), /- name: ([A-Z_]+)$/gm)],
    [
      'the chart’s secret',
      found(read('deploy/helm/upright/templates/deployment.yaml'), /"([A-Z]+_[A-Z]+)"/g),
    ],
    ['all files', files.flatMap(path => found(read(path), /\b(UPRIGHT_[A-Z_]+)\b/g))],
  ])('of %s are read by the service', (_, names) => {
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter(name => !known.includes(name))).toEqual([])
  })
})

describe('images', () => {
  it('have a version', () => {
    // Both stages are built from the one image that a build argument can pin.
    expect(found(dockerfile, /^FROM (?!\$\{BASE_IMAGE\})(\S+)/gm)).toEqual([])
    const bases = found(dockerfile, /^ARG BASE_IMAGE=(\S+)$/gm)
    const images = [...bases, ...services.map(([, { image }]) => image)]
    expect(images.length).toBeGreaterThan(5)
    for (const image of images) expect(image).toMatch(/:v?\d[\w.-]*$/)
    expect(files.filter(path => read(path).includes(':latest'))).toEqual([])
  })

  it('run as an ordinary user, who can change nothing', () => {
    expect(found(dockerfile, /^USER (\S+)/gm).at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    for (const [name, service] of services) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
      // Caddy listens below port 1024.
      if (name !== 'proxy') expect(service.user, name).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    }
    const pod = read('deploy/helm/upright/templates/deployment.yaml')
    for (const line of [
      'runAsNonRoot: true',
      'readOnlyRootFilesystem: true',
      'allowPrivilegeEscalation: false',
    ]) {
      expect(pod).toContain(line)
    }
    for (const line of ['User=upright', 'NoNewPrivileges=yes', 'ProtectSystem=strict']) {
      expect(unit.split('\n')).toContain(line)
    }
  })

  it('are installed at the versions of the lock file, which has what each platform needs', () => {
    const installing = /npm (?:ci|install|i)\b|npm\(\['(?:ci|install|i)'/g
    const commands = [dockerfile, read('scripts/assemble.mjs')].flatMap(text => text.match(installing) ?? [])
    expect(commands).toEqual(['npm ci', "npm(['ci'"])
    const platforms = found(dockerfile, /--platform (\S+)/g).flatMap(list => list.split(','))
    expect(platforms).toEqual(['linux/amd64', 'linux/arm64'])
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean }>
    }
    const names = Object.keys(packages).filter(name => !packages[name]!.dev)
    const native = names.filter(name => /linux-x64-gnu$/.test(name))
    expect(native.length).toBeGreaterThan(0)
    expect(native.filter(name => !names.includes(name.replace('-x64-', '-arm64-')))).toEqual([])
  })

  it('say what they are', () => {
    const { version, license } = JSON.parse(read('packages/server/package.json'))
    const labels = Object.fromEntries(
      [...dockerfile.matchAll(/org\.opencontainers\.image\.([a-z.]+)="([^"]*)"/g)].map(match =>
        match.slice(1),
      ),
    )
    expect(labels).toHaveProperty('revision')
    expect(labels).toMatchObject({ title: 'Upright', version, licenses: license })
  })

  it('are built from what is there', () => {
    const sources = found(dockerfile, /^COPY (?!--from)(.+) \S+$/gm).flatMap(line => line.split(' '))
    const kept = found(read('.dockerignore'), /^!(.+)$/gm)
    expect([...sources, ...kept].filter(path => !existsSync(join(root, path)))).toEqual([])
    for (const source of sources)
      expect(source === '.' || kept.some(top => source.startsWith(top))).toBe(true)
  })
})

describe('secrets', () => {
  const SECRET = /secret|password|token|_URL$/i

  it('have no value in a file', () => {
    const lines = [read('deploy/compose/env.example'), read('deploy/systemd/upright.env')]
      .join('\n')
      .split('\n')
    const given = lines.filter(line => /^[A-Z_]+=./.test(line) && SECRET.test(line.split('=')[0]!))
    expect(given).toEqual([])
    expect(settings(values).filter(([path, value]) => SECRET.test(path) && String(value) !== '')).toEqual([])
  })

  it('must be given to the compose file', () => {
    const text = read('deploy/compose/compose.yaml')
    const asked = found(text, /\$\{([A-Z_]+:.[^}]*)\}/g).filter(name => SECRET.test(name))
    expect(asked.length).toBeGreaterThan(3)
    for (const name of asked) expect(name).toMatch(/^(\w+:\?.+|UPRIGHT_(NEXT|PREVIOUS)_SECRET:-)$/)
    // What is no variable is no secret either.
    for (const [, { environment }] of services) {
      for (const [name, value] of Object.entries(environment ?? {})) {
        if (SECRET.test(name)) expect(value).toContain('${')
      }
    }
  })
})

describe('stopping', () => {
  /** Seconds that requests under way may take, as the server and the proxies allow them. */
  const UNDER_WAY = 30

  it('takes less time than it is given', () => {
    for (const [, { stop_grace_period, environment }] of nodes) {
      expect(Number.parseInt(stop_grace_period!, 10)).toBeGreaterThanOrEqual(
        Number(environment.UPRIGHT_DRAIN_SECONDS) + UNDER_WAY,
      )
    }
    const drain = Number(found(read('deploy/systemd/upright.env'), /^UPRIGHT_DRAIN_SECONDS=(\d+)$/gm)[0])
    expect(Number(found(unit, /^TimeoutStopSec=(\d+)$/gm)[0])).toBeGreaterThanOrEqual(drain + UNDER_WAY)
    expect(values.graceSeconds).toBeGreaterThanOrEqual(UNDER_WAY)
    expect(read('deploy/helm/upright/templates/deployment.yaml')).toContain(
      'terminationGracePeriodSeconds: {{ add .Values.drainSeconds .Values.graceSeconds }}',
    )
  })
})

describe('the compose file', () => {
  it('starts a node when Redis and PostgreSQL are well, and the proxy when the nodes are', () => {
    expect(nodes.length).toBeGreaterThan(1)
    for (const [, node] of nodes) {
      expect(node.depends_on).toMatchObject({
        ledger: { condition: 'service_healthy' },
        registry: { condition: 'service_healthy' },
      })
    }
    const { proxy } = compose.services
    expect(proxy!.environment.UPSTREAMS!.split(' ')).toEqual(nodes.map(([name]) => `${name}:8080`))
    expect(Object.keys(proxy!.depends_on!)).toEqual(nodes.map(([name]) => name))
  })
})

describe('the chart', () => {
  const used = new Set(templates.flatMap(path => found(read(path), /\.Values\.([\w.]+)/g)))

  it('takes every value that it documents, and no other', () => {
    const names = settings(values).map(([path]) => path)
    const isUsed = (name: string) => [...used].some(path => path === name || name.startsWith(`${path}.`))
    expect(names.filter(name => !isUsed(name))).toEqual([])
    const isThere = (path: string) => names.some(name => name === path || name.startsWith(`${path}.`))
    expect([...used].filter(path => !isThere(path))).toEqual([])
  })

  it('has a schema of the same values, which allows no other', () => {
    expect(
      Object.entries(values).filter(([name, value]) => !describes(schema.properties![name]!, value)),
    ).toEqual([])
    expect(describes(schema, values)).toBe(true)
    expect(describes(schema, { ...values, replica: 3 })).toBe(false)
  })

  it('runs one pod over a volume where a value says so, never two at once', () => {
    const pod = read('deploy/helm/upright/templates/deployment.yaml')
    expect(pod).toMatch(/\{\{- if \$single \}\}\n {2}replicas: 1\n/)
    expect(pod).toMatch(/\{\{- if \$single \}\}\n(?: *#.*\n)? {4}type: Recreate\n/)
    expect(pod).toMatch(/\{\{- if \$single \}\}\n {10}persistentVolumeClaim:/)
    expect(read('deploy/helm/upright/templates/hpa.yaml')).toContain('(not .Values.singleNode.enabled)')
    expect(values.singleNode).toMatchObject({ enabled: false })
  })

  it('lets traces through its network policy', () => {
    const policy = read('deploy/helm/upright/templates/networkpolicy.yaml')
    expect(policy.slice(policy.indexOf('egress:'))).toContain('{{- with .Values.otlp.endpoint }}')
  })

  it('has the version of the server', () => {
    const { version } = JSON.parse(read('packages/server/package.json'))
    expect(parse(read('deploy/helm/upright/Chart.yaml'))).toMatchObject({
      name: 'upright',
      appVersion: version,
    })
    for (const [name, { image }] of nodes) expect(image, name).toBe(`upright:${version}`)
  })

  it('closes every block that it opens', () => {
    for (const path of templates) {
      const words = found(read(path), /\{\{-? *(if|with|range|define|end)\b/g)
      expect(words.filter(word => word === 'end').length * 2, path).toBe(words.length)
    }
  })
})

describe('what visitors can reach', () => {
  const ingress = (values.ingress ?? {}) as { paths: string[]; admin: { enabled: boolean } }
  /** Whether the ingress passes a path on: by whole elements, as Kubernetes compares prefixes. */
  const isPassed = (path: string) =>
    path === '/' || ingress.paths.some(prefix => path === prefix || path.startsWith(`${prefix}/`))

  it('is every address of the service but those of operators, through the ingress of the chart', async () => {
    const { app, close } = await testApp()
    const paths = Object.keys((await app.inject('/openapi.json')).json().paths)
    await close()
    const all = [...paths, '/assets/demo.js', '/rocaptcha/api/js/', '/s/KEY/piste/captcha/version']
    expect(paths.filter(path => path.startsWith('/admin')).length).toBeGreaterThan(0)
    expect(all.filter(path => isPassed(path) === path.startsWith('/admin'))).toEqual([])
    expect(ingress.admin.enabled).toBe(false)
    // Each is the one Prefix that a value adds, or / alone.
    const template = read('deploy/helm/upright/templates/ingress.yaml')
    expect(found(template, /pathType: (\w+)/g)).toEqual(['Exact', 'Prefix', 'Prefix'])
    expect(found(template, /- path: (.+)/g)).toEqual(['/', '{{ . | quote }}', '/admin'])
  })

  it('is no pod of the chart, unless a value names who may', () => {
    expect(values.networkPolicy).toMatchObject({ enabled: true, from: [], metricsFrom: [] })
    const [, rules = ''] = read('deploy/helm/upright/templates/networkpolicy.yaml').split(
      /^ {2}(?:in|e)gress:$/m,
    )
    // An empty list of sources would mean all of them: a rule without any is left out.
    const blocks = rules.split('{{- with ').slice(1)
    expect(
      blocks.map(block => [block.startsWith('.Values.networkPolicy.from }}'), /- ports:/.test(block)]),
    ).toEqual([
      [true, true],
      [false, true],
    ])
    expect(rules.slice(0, rules.indexOf('{{- with '))).not.toContain('ports')
    expect(rules).not.toContain('default')
  })

  it('is the proxy alone, where there is one', () => {
    const published = services.filter(([, service]) => 'ports' in service).map(([name]) => name)
    expect(published).toEqual(['proxy'])
    const { networks } = parse(read('deploy/compose/compose.yaml')) as {
      networks: Record<string, { internal?: boolean }>
    }
    expect([networks.front?.internal, networks.back?.internal]).toEqual([true, true])
    expect(read('deploy/systemd/upright.env')).toMatch(/^HOST=127\.0\.0\.1$/m)
    expect(read('deploy/README.md')).toContain('--publish 127.0.0.1:8080:8080')
  })

  it('is not /admin, and no visitor chooses an address, behind either proxy', () => {
    const nginx = read('deploy/proxy/nginx.conf')
    const [, admin = ''] = /^ {4}location \/admin \{\n([^}]*)\}/m.exec(nginx) ?? []
    expect(found(admin, /^\s*(allow .+|deny .+);$/gm)).toEqual(['allow 127.0.0.0/8', 'allow ::1', 'deny all'])
    expect(found(nginx, /proxy_set_header (X-Forwarded-For|Forwarded) (.*);/g)).toEqual([
      'X-Forwarded-For',
      'Forwarded',
    ])
    expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
    expect(nginx).toContain('proxy_set_header Forwarded "";')
    // A header that a location sets would take the place of all of these.
    expect(found(nginx, /^ {8}(proxy_set_header) /gm)).toEqual([])
    const caddy = read('deploy/proxy/Caddyfile')
    expect(caddy).toMatch(
      /@outsider \{\s+path \/admin \/admin\/\*\s+not remote_ip 127\.0\.0\.0\/8 ::1\s+\}\s+respond @outsider 404/,
    )
    // Caddy sends the one address it sees, unless it is told to trust what others say.
    expect(caddy).not.toMatch(/trusted_proxies|header_up \+?X-Forwarded-For/)
  })

  it('is no file of the data folder', () => {
    for (const line of ['UMask=0077', 'StateDirectoryMode=0700']) expect(unit.split('\n')).toContain(line)
    expect(dockerfile).toContain('-m 0700 /data')
    for (const [name, node] of nodes) {
      expect((node as { tmpfs?: string[] }).tmpfs, name).toContain(
        '/data:size=64m,mode=0700,uid=1000,gid=1000',
      )
    }
  })
})

describe('the guide', () => {
  it('names every file, and no other', () => {
    const guide = read('deploy/README.md')
    const links = found(guide, /\]\(([^)#:]+)\)/g).map(link => join('deploy', link))
    expect(links.filter(link => !existsSync(join(root, link)))).toEqual([])
    const apart = files.filter(path => !path.includes('/helm/') && basename(path) !== 'README.md')
    expect(apart.filter(path => !links.includes(path))).toEqual([])
  })
})
