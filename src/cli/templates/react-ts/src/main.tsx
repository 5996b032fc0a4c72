import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { SpacetimeDBProvider } from 'spacetick/react';
import { App } from './app';
import { DbConnection } from './module_bindings';
import './style.css';

/** While developing, Vite is the host; a built page is told where it is: `VITE_SPACETICK_URI=https://... npm run build`. */
const uri: string = import.meta.env.VITE_SPACETICK_URI ?? location.origin;
const TOKEN_KEY = `${uri}/my-game/auth_token`; // a token is for the host that made it

const connectionBuilder = DbConnection.builder()
  .withUri(uri)
  .withDatabaseName('my-game')
  .withToken(localStorage.getItem(TOKEN_KEY) ?? undefined)
  .onConnect((_conn, _identity, token) => localStorage.setItem(TOKEN_KEY, token));

/** For when the host does not know the player any more. */
function beSomebodyNew(): void {
  localStorage.removeItem(TOKEN_KEY);
  location.reload();
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <SpacetimeDBProvider connectionBuilder={connectionBuilder}>
      <App beSomebodyNew={beSomebodyNew} />
    </SpacetimeDBProvider>
  </StrictMode>,
);
