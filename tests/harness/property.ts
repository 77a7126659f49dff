/**
 * fast-check with a seed: the same cases in every run, so that a run fails for what was changed and never by chance.
 * `npm test -- --seed N` looks at other cases; a case that fails there becomes an example or a test of its own.
 */
import fc from 'fast-check';

const SEED = 20_261_124;
fc.configureGlobal({ seed: Number(process.env['VILLAGE_SEED'] ?? SEED) });

export { fc };
