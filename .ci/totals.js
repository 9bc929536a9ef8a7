// Prints what failed, last of all so that no long log hides it, and the totals of the test runs whose JSON reports are named.
import { readFileSync } from 'node:fs'

const LONGEST_MESSAGE = 2_000

const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')))
for (const file of reports.flatMap((report) => report.testResults)) {
  if (file.message) console.log(`FAILED ${file.name}\n${file.message.slice(0, LONGEST_MESSAGE)}`)
  for (const test of file.assertionResults.filter(({ status }) => status === 'failed')) {
    console.log(`FAILED ${file.name}: ${test.fullName}\n${test.failureMessages.join('\n').slice(0, LONGEST_MESSAGE)}`)
  }
}
const sum = (count) => reports.reduce((total, report) => total + report[count], 0)
console.log(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed`)
