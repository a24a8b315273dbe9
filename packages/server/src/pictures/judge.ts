/**
 * What follows from how people answer: pictures that lean are turned back, those people disagree on are set
 * aside, and those that were shown too seldom or too often are chosen more or less often. Every step is small
 * and bounded, because enough forged answers can make any picture look bad.
 */
import type { PictureEntry, PictureUse, PictureVerdict } from '../registry/picture.ts'
import { type Consensus, consensusOf } from './tally.ts'

/** Degrees by which a lean changes at once: forged answers need to go on for long. */
const MAX_STEP_DEGREES = 2
/**
 * Degrees to which a lean is corrected, either way. It is less than the usual tolerance of 10°: where answers
 * were forged, most people still pass.
 */
export const MAX_LEAN_DEGREES = 8
/** Degrees from the lean in force that are left alone: less than people can tell. */
const MIN_LEAN = 1
/** Degrees by which a picture may lean beyond what is corrected: as many as the usual tolerance forgives. */
const FORGIVEN_DEGREES = 10
/** The share of the library's usual agreement among people below which a picture is bad. */
const MIN_AGREEMENT = 0.7
/**
 * The same among all answers, guesses included. It is far lower: programs that know the easy pictures guess
 * at the others, which are the better ones.
 */
const MIN_AGREEMENT_OF_ALL = 0.3
/** Standard errors that count as certain: one in a thousand is further off by chance. */
const SIGNIFICANCE_SIGMAS = 3
/**
 * Pictures that keep serving whatever people say: fewer are soon known by heart. It also takes so many with
 * answers to tell what is usual.
 */
const MIN_SERVING_PICTURES = 20
/** The share of the library that keeps serving whatever people say. */
const MIN_SERVING_SHARE = 2 / 3
/**
 * Times that pictures were shown, in the middle, before it is made even: chance alone then hardly makes a
 * half or a double.
 */
const MIN_EXPOSURE = 50

interface Read {
  picture: PictureEntry
  consensus: Consensus
}

/**
 * The verdicts on a library, as far as they change something. The worst picture alone is set aside: the
 * others are judged again without it.
 */
export function judge(
  pictures: readonly PictureEntry[],
  uses: ReadonlyMap<number, PictureUse>,
): PictureVerdict[] {
  const serving = pictures.filter(({ state }) => state === 'serving')
  const read = serving.flatMap((picture): Read[] => {
    const use = uses.get(picture.id)
    const consensus = use && consensusOf(use)
    return consensus ? [{ picture, consensus }] : []
  })
  const consensuses = new Map(read.map(({ picture, consensus }) => [picture.id, consensus]))
  const doubted = pictures.filter(picture => picture.doubted > 0).length
  const kept = Math.max(MIN_SERVING_PICTURES, MIN_SERVING_SHARE * (serving.length + doubted))
  const worst = serving.length - 1 >= kept && read.length >= MIN_SERVING_PICTURES ? worstOf(read) : undefined
  const shown = serving.map(({ id }) => uses.get(id)?.shown ?? 0)
  const usual = median(shown)

  return serving.flatMap((picture, i): PictureVerdict[] => {
    const { id } = picture
    const consensus = consensuses.get(id)
    const lean = consensus ? leanOf(picture, consensus) : picture.lean
    const weight = usual < MIN_EXPOSURE ? 1 : weightOf(shown[i]! / usual)
    if (id === worst?.id) return [{ id, lean, weight, aside: worst.why }]
    return lean === picture.lean && weight === picture.weight ? [] : [{ id, lean, weight }]
  })
}

/**
 * The lean to draw a picture with from now on, a step nearer to what people find. One that a person set
 * beyond what is corrected stays.
 */
function leanOf({ lean }: PictureEntry, { mean, error }: Consensus): number {
  if (Math.abs(lean) > MAX_LEAN_DEGREES) return lean
  const off = within(mean, MAX_LEAN_DEGREES) - lean
  if (Math.abs(off) < Math.max(MIN_LEAN, SIGNIFICANCE_SIGMAS * error)) return lean
  return Math.round(10 * (lean + within(off, MAX_STEP_DEGREES))) / 10
}

/** The picture that is clearly worse than the others, and why. */
function worstOf(read: readonly Read[]): { id: number; why: string } | undefined {
  const usual = {
    agree: median(read.map(({ consensus }) => consensus.agree)),
    ofAll: median(read.map(({ consensus }) => ofAll(consensus))),
  }
  const bad = read.flatMap(each => {
    const why = doubtOf(each, usual)
    return why === undefined ? [] : [{ id: each.picture.id, why, worth: ofAll(each.consensus) }]
  })
  return bad.toSorted((a, b) => a.worth - b.worth)[0]
}

/** Reason against a picture, compared with the usual one. */
function doubtOf(
  { picture: { lean }, consensus }: Read,
  usual: { agree: number; ofAll: number },
): string | undefined {
  const { answers, people, agree, mean, error } = consensus
  // The standard error of a share is at most this, whatever the share.
  const chance = (SIGNIFICANCE_SIGMAS * 0.5) / Math.sqrt(answers)
  if (agree + chance / people < MIN_AGREEMENT * usual.agree) {
    return `people disagree on it: ${percent(agree)} of them agree, ${percent(usual.agree)} are usual (of ${answers} answers)`
  }
  if (ofAll(consensus) + chance < MIN_AGREEMENT_OF_ALL * usual.ofAll) {
    return `people cannot tell: ${percent(ofAll(consensus))} of ${answers} answers agree, ${percent(usual.ofAll)} are usual`
  }
  const best = Math.abs(lean) > MAX_LEAN_DEGREES ? lean : within(mean, MAX_LEAN_DEGREES)
  if (Math.abs(mean - best) - SIGNIFICANCE_SIGMAS * error > FORGIVEN_DEGREES) {
    return `people find it leaning by ${Math.round(mean)}°, which is more than is corrected (of ${answers} answers)`
  }
  return undefined
}

/** The share of all answers that agrees. */
const ofAll = ({ people, agree }: Consensus) => people * agree

/**
 * Coarse, so that hardly any challenge changes its picture: one that was shown less than half as often as
 * usual, or more than twice.
 */
const weightOf = (exposure: number) => (exposure < 0.5 ? 2 : exposure > 2 ? 0.5 : 1)

const within = (value: number, most: number) => Math.max(-most, Math.min(most, value))

const percent = (share: number) => `${Math.round(100 * share)} %`

/** The middle one; 0 of none. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
