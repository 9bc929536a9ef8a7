/** Tells the markers of an answer from what only looks like them, while it streams. */
import type { Claim } from '../../answering/answer.js'

/** A stretch of the answer; with a number, it is the marker of that citation. */
export interface Piece {
  readonly text: string
  readonly number?: number
}

export interface MarkerReader {
  /** Takes more of the answer's text, and holds it back until its claim says where markers stand. */
  add(text: string): void
  /** The text up to the markers of this claim, and these. */
  claim(claim: Claim): Piece[]
  /** What no claim has called for: all text, whatever it looks like. */
  rest(): Piece[]
}

const MARKERS = /\s*(?:\[\d+\])+/y

/**
 * Papers may hold a "[7]" of their own, so a pattern over the text is not enough: markers stand right behind a
 * claim that cites their numbers, and nowhere else.
 */
export function createMarkerReader(): MarkerReader {
  let text = ''
  let given = 0

  function upTo(end: number): Piece[] {
    const piece = text.slice(given, end)
    given = Math.max(given, end)
    return piece === '' ? [] : [{ text: piece }]
  }

  return {
    add(more) {
      text += more
    },
    claim({ start, end, citations }) {
      if (start === end || end > text.length) return []
      const pieces = upTo(end)
      MARKERS.lastIndex = end
      const found = MARKERS.exec(text)?.[0] ?? ''
      for (const [part] of found.matchAll(/\s+|\[\d+\]/g)) {
        const number = Number(part.slice(1, -1))
        given += part.length
        pieces.push(citations.includes(number) ? { text: part, number } : { text: part })
      }
      return pieces
    },
    rest: () => upTo(text.length),
  }
}
