import { expect, it } from 'vitest';
import { badAddress, hostAddress, usualPage } from '../../src/game/host-address.ts';

const at = (url: string, built?: string) => hostAddress(new URL(url), built);

it.each([
  ['the page itself', 'http://localhost:5173/', undefined, 'http://localhost:5173', 'comet-run'],
  ['what the build names', 'https://games.example/comet/', 'wss://host.example/', 'wss://host.example/', 'comet-run'],
  [
    'the page, before the build',
    'https://games.example/?host=wss://a.example/x/',
    'wss://b.example',
    'wss://a.example/x/',
    'comet-run',
  ],
  [
    'a host without a scheme',
    'http://games.example/?host=localhost:3000',
    undefined,
    'http://localhost:3000',
    'comet-run',
  ],
  [
    'the same on a page under TLS',
    'https://games.example/?host=a.example',
    undefined,
    'https://a.example',
    'comet-run',
  ],
  ['another database', 'http://games.example/?db=my-run', undefined, 'http://games.example', 'my-run'],
  ['nothing, when it names nothing', 'http://games.example/?host=&db=', '', 'http://games.example', 'comet-run'],
])('[W1] the address names %s', (_what, page, built, uri, database) => {
  expect(at(page, built)).toEqual({ uri, database });
});

it.each([
  ['http://games.example/?host=nowhere&debug', 'http://games.example/?debug='],
  ['http://games.example/a/?db=nope#top', 'http://games.example/a/#top'],
  ['http://games.example/?debug', undefined],
  ['http://games.example/', undefined],
])('[W1] the way out of %s is %s', (page, usual) => {
  expect(usualPage(new URL(page))).toBe(usual);
});

it('[W1] a bad address is told by the part that is bad', () => {
  const address = { uri: 'http://a b', database: 'No_Pe' };
  expect(badAddress(address, 'E_URI')).toMatch(/^"http:\/\/a b" cannot be the address of a host/);
  expect(badAddress(address, 'E_DATABASE_NAME')).toMatch(/^"No_Pe" cannot be the name of a database/);
});
