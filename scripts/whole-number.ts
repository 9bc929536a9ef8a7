/** Reads the whole numbers of command lines, so that a mistyped one stops a command and is not taken for another. */
import { InvalidArgumentError } from 'commander'

/** For the parser argument of commander's options. */
export function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

/** The same, from 1. */
export function countingNumber(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 1.')
}
