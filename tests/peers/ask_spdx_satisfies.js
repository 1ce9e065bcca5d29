// Answers each line of standard input, a JSON object with an `expression` and a list of `allowed` licences, by what
// spdx-satisfies makes of it: true, false, or null where it reads no expression.
const satisfies = require('spdx-satisfies')

const answer = ({ expression, allowed }) => {
  try {
    return satisfies(expression, allowed)
  } catch {
    return null
  }
}

const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(line => line !== '')
console.log(lines.map(line => JSON.stringify(answer(JSON.parse(line)))).join('\n'))
