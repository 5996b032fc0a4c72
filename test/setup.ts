import fc from 'fast-check';

// Property tests try something new with every run at the desk. A run that decides whether a change lands (CI) repeats
// the same, so that it says something about the change; FUZZ_SEED sets the seed of both.
const CI_SEED = 20_261_121;
const given = process.env.FUZZ_SEED;
const seed = given === undefined ? (process.env.CI === undefined ? undefined : CI_SEED) : Number(given);

if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
