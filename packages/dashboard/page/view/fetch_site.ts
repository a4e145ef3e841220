/** What the server of this page has. */
export interface SiteFacts {
  /** Whether it was opened for a run. */
  readonly hasRun: boolean;
  /** Whether the run has a report. */
  readonly hasReport: boolean;
}

/** Asks the server; one that does not answer has nothing. */
export async function fetchSite(): Promise<SiteFacts> {
  const nothing = { hasRun: false, hasReport: false };
  return await fetch("/site.json").then((response) => response.json()).catch(() => nothing);
}
