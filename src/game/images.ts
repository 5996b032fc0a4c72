const FILES = import.meta.glob<string>(
  ['../../assets/images/*.png', '!../../assets/images/{cover,logo,favicon,icon-*}.png'],
  {
    eager: true,
    query: '?url',
    import: 'default',
  },
);

/** Name of each picture (`ship-hull`) and where it is. */
export const IMAGES: ReadonlyMap<string, string> = new Map(
  Object.entries(FILES).map(([path, url]) => [path.replace(/^.*\/|\.png$/g, ''), url]),
);
