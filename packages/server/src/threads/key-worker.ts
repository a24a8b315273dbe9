/** A thread that derives keys of work, with less priority than the threads that answer requests. */
import { constants, setPriority } from 'node:os'
import { type Derivation, slowKeySync } from '@upright/core'
import { answerWith } from './thread.ts'

// Linux alone has a priority for each thread: elsewhere the whole process would get this one.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

answerWith((derivation: Derivation) => slowKeySync(derivation))
