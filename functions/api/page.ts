/** The dashboard: four files that are served as they are, and know nothing of any pipeline. */
export interface Page {
  readonly html: string;
  readonly icon: string;
  readonly script: string;
  readonly style: string;
}
