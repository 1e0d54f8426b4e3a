import { ConnectorRegistry, type Connector } from '../ports/connector.js';

/** The connectors of this installation, by platform, in the order they are shown. */
export class StaticConnectorRegistry extends ConnectorRegistry {
  private readonly byPlatform: ReadonlyMap<string, Connector>;

  constructor(connectors: readonly Connector[]) {
    super();
    this.byPlatform = new Map(connectors.map((connector) => [connector.platform, connector]));
  }

  override list(): readonly Connector[] {
    return [...this.byPlatform.values()];
  }

  override find(platform: string): Connector | undefined {
    return this.byPlatform.get(platform);
  }
}
