// Validators of documents on Node: of CycloneDX (strict) and of CSAF (schema, mandatory, optional and informative tests).
// Prints JSON: for each document its errors, or null where the validator cannot be had.
//   node validators.mjs NODE_MODULES CASES        CASES: [{validator, version, path}]
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [modules, file] = process.argv.slice(2)
const load = createRequire(path.join(modules, 'x.js'))
const lib = path.join(modules, '@secvisogram/csaf-validator-lib')
const unless = async (question) => {
  try {
    return await question()
  } catch {
    return null
  }
}

const cyclonedx = await unless(() => load('@cyclonedx/cyclonedx-library'))
const csaf = await unless(async () => {
  const tests = []
  for (const part of ['schemaTests', 'mandatoryTests', 'optionalTests'])
    tests.push(...Object.values(await import(`${lib}/${part}.js`)).filter((test) => typeof test === 'function'))
  return { tests, validate: (await import(`${lib}/validate.js`)).default }
})

const validators = {
  cyclonedx: cyclonedx && (async ({ version }, text) => {
    const found = await new cyclonedx.Validation.JsonStrictValidator(version).validate(text)
    return (found ?? []).map((error) => `${error.instancePath} ${error.message}`)
  }),
  csaf: csaf && (async (_, text) => {
    const found = await csaf.validate(csaf.tests, JSON.parse(text))
    return found.tests.filter((test) => !test.isValid).map((test) => test.name)
  }),
}
const answers = []
for (const one of JSON.parse(fs.readFileSync(file, 'utf8'))) {
  const validate = validators[one.validator]
  answers.push(validate ? await validate(one, fs.readFileSync(one.path, 'utf8')) : null)
}
console.log(JSON.stringify(answers))
