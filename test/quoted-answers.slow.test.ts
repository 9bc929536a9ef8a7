/** A thousand answers of both writers: every quote stands in the stored abstract, byte for byte. */
import { describe } from 'vitest'
import { describeQuotedAnswers } from './quoted-answers.js'

describe('both writers', () => describeQuotedAnswers(500))
