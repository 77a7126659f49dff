/** Placeholder until the views land in this very session. */
export type Views = object;
