// Draws the two star tiles. Positions wrap, so that a tile continues into its copies on every side.

const TILE = 512; // pixels, both ways
const TINTS = ['#ffffff', '#dfe6ff', '#bfeef0', '#ffe3b8', '#e2c9ff'];

/** mulberry32: the same stars on every machine. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The copies of a shape at (x, y) with reach r that are needed for it to wrap around the tile. */
function wrapped(x, y, r, draw) {
  const across = [x, ...(x < r ? [x + TILE] : []), ...(x > TILE - r ? [x - TILE] : [])];
  const down = [y, ...(y < r ? [y + TILE] : []), ...(y > TILE - r ? [y - TILE] : [])];
  return across.flatMap((cx) => down.map((cy) => draw(cx, cy))).join('');
}

/** Poisson-like scatter: each point is the best of a few candidates, so that there are no clumps. */
function scatter(random, count) {
  const points = [];
  const gap = (a, b) => {
    const dx = Math.abs(a.x - b.x);
    const dy = Math.abs(a.y - b.y);
    return Math.hypot(Math.min(dx, TILE - dx), Math.min(dy, TILE - dy));
  };
  while (points.length < count) {
    let best;
    let room = -1;
    for (let attempt = 0; attempt < 3; attempt++) {
      const point = { x: Math.round(random() * TILE * 10) / 10, y: Math.round(random() * TILE * 10) / 10 };
      const nearest = points.reduce((least, other) => Math.min(least, gap(point, other)), TILE);
      if (nearest > room) {
        best = point;
        room = nearest;
      }
    }
    points.push(best);
  }
  return points;
}

function tile(title, seed, { dots, minRadius, maxRadius, flares, glows }) {
  const random = seeded(seed);
  const pick = () => TINTS[Math.floor(random() ** 1.6 * TINTS.length)];
  let body = '';
  for (const { x, y } of scatter(random, dots)) {
    const weight = random() ** 3; // many faint, few bright
    const r = (minRadius + (maxRadius - minRadius) * weight).toFixed(2);
    const opacity = (0.28 + 0.62 * weight).toFixed(2);
    const fill = pick();
    body += wrapped(
      x,
      y,
      4,
      (cx, cy) => `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${fill}" opacity="${opacity}"/>\n`,
    );
  }
  scatter(random, flares + glows).forEach(({ x, y }, index) => {
    const id = index % 2 === 0 ? 'cool' : 'warm';
    const reach = index < flares ? 9 + random() * 5 : 5 + random() * 3;
    const shape = index < flares ? 'flare' : 'glow';
    body += wrapped(x, y, reach, (cx, cy) => {
      const at = `transform="translate(${cx.toFixed(1)} ${cy.toFixed(1)}) scale(${reach.toFixed(2)})"`;
      return `<use href="#${shape}" ${at} fill="url(#${id})"/>\n`;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE}" height="${TILE}" viewBox="0 0 ${TILE} ${TILE}">
<title>${title}</title>
<!-- Written by stars.mjs. -->
<defs>
<radialGradient id="cool" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="1"><stop offset="0" stop-color="#fff"/><stop offset=".12" stop-color="#e8fbff"/><stop offset=".3" stop-color="#8fdcf0" stop-opacity=".32"/><stop offset="1" stop-color="#6a8cff" stop-opacity="0"/></radialGradient>
<radialGradient id="warm" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="1"><stop offset="0" stop-color="#fff"/><stop offset=".12" stop-color="#fff3dc"/><stop offset=".3" stop-color="#ffc98a" stop-opacity=".22"/><stop offset="1" stop-color="#ff8a6a" stop-opacity="0"/></radialGradient>
<circle id="glow" r="1"/>
<g id="flare"><circle r=".55"/><path d="M0 -1 C.03 -.2 .2 -.03 1 0 C.2 .03 .03 .2 0 1 C-.03 .2 -.2 .03 -1 0 C-.2 -.03 -.03 -.2 0 -1 Z"/></g>
</defs>
${body}</svg>
`;
}

/** SVG text of each tile by file name. */
export function drawStars() {
  return {
    'stars-far': tile('Far stars', 11, { dots: 150, minRadius: 0.45, maxRadius: 1.0, flares: 0, glows: 5 }),
    'stars-near': tile('Near stars', 29, { dots: 26, minRadius: 0.7, maxRadius: 1.5, flares: 2, glows: 7 }),
  };
}
