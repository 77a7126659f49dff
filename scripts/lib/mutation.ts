/** Something that `npm run mutate` takes away. */
export interface Mutation {
  /** Completes "without …". */
  readonly name: string;
  readonly file: string;
  readonly take: string;
  readonly put: string;
  readonly tests: readonly string[];
}

/** The parts of Vitest's JSON report that are looked at. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The tests of a report that ran and failed. A file that could not be loaded has none, though the run is red. */
export function failedTests(json: string): readonly string[] {
  const { testResults } = JSON.parse(json) as Report;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}
