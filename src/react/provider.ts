import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useState,
} from 'react';
import { SpacetickError } from '../client/index.ts';

import { type ConnectionKeeper, keeperOf } from './connection-keeper.ts';
import type { ConnectionBuilder } from './connection-source.ts';
import type { AnyConnection } from './connection-state.ts';

const KeeperContext = createContext<ConnectionKeeper | undefined>(undefined);

/** A builder, or a connection that somebody else opened: a game's, whose scenes tick it. */
export type SpacetimeDBProviderProps = { readonly children?: ReactNode } & (
  | {
      /** `DbConnection.builder()` with everything it needs, unbuilt. */
      readonly connectionBuilder: ConnectionBuilder;
      readonly connection?: undefined;
    }
  | {
      /** A built connection: it is used, and neither ticked nor ended nor made again. */
      readonly connection: AnyConnection;
      readonly connectionBuilder?: undefined;
    }
);

/**
 * Opens the connection when mounted, closes it when unmounted, ticks it, and makes it again when it is lost. A builder for
 * another host or database closes the one and opens the other; to begin as another player give the provider another `key`.
 */
export function SpacetimeDBProvider(props: SpacetimeDBProviderProps): ReactElement {
  const origin = props.connection ?? props.connectionBuilder;
  // A builder that comes with every render is rightly never built, and a provider may be mounted late.
  props.connectionBuilder?.dismissHint();
  const [current, setCurrent] = useState(() => keeperOf(origin));
  let keeper = current;
  if (!keeper.isOf(origin)) {
    keeper = keeperOf(origin);
    setCurrent(keeper);
  }
  useEffect(() => keeper.hold(), [keeper]);
  return createElement(KeeperContext.Provider, { value: keeper }, props.children);
}

/** The connection of the provider around this component. @throws SpacetickError E_NO_PROVIDER */
export function useKeeper(hook: string): ConnectionKeeper {
  const keeper = useContext(KeeperContext);
  if (keeper !== undefined) return keeper;
  throw new SpacetickError(
    'E_NO_PROVIDER',
    `${hook}() was called in a component outside of <SpacetimeDBProvider>. Put the provider around it, in main.tsx.`,
  );
}
