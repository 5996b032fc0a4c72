/**
 * Circles in a graph of imports: one for each group of files that need each other.
 * @param {Map<string, string[]>} graph file -> files it imports
 * @returns {string[][]} each a path that leads back to its start
 */
export function findCircles(graph) {
  const circles = [];
  /** Files whose imports have all been followed. */
  const done = new Set();
  for (const start of graph.keys()) {
    /** @type {string[]} */
    const path = [];
    follow(start, path);
  }
  return circles;

  function follow(file, path) {
    const at = path.indexOf(file);
    if (at >= 0) {
      circles.push(path.slice(at));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) follow(next, path);
    path.pop();
    done.add(file);
  }
}
