import { DAY, SECOND, instantOf, toIso, type Instant } from '../domain/time/instant.js';
import type { SampleModel } from '../connectors/sample/sample-models.js';
import { seededRandom, type Random } from './seeded-random.js';

/** A thing the shop lists. */
export interface StockItem {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly [field: string]: unknown;
}

/** How far back the shop's history goes. */
const HISTORY = 90 * DAY;
/** Things that happened in it, evenly spread; about 5,000 records come of them. */
const HISTORY_EVENTS = 4_600;
/** Once it is open, something happens this often. */
const EVENT_EVERY = 4 * SECOND;

const statuses = ['open', 'paid', 'shipped', 'delivered'];
const nouns = ['Mug', 'Lamp', 'Chair', 'Rug', 'Vase', 'Clock', 'Bowl', 'Shelf', 'Candle', 'Frame'];
const colours = ['red', 'green', 'blue', 'black', 'white', 'amber', 'grey', 'teal'];
const cities = ['London', 'Lisbon', 'Berlin', 'Nairobi', 'Osaka', 'Toronto', 'Lima', 'Perth'];

/**
 * What the shop sells and to whom, as a function of its seed, its opening and the time: a shop that is
 * started again with the same opening is the same shop. Each list is in the order of the last change.
 */
export class SampleStock {
  private readonly lists: Readonly<Record<SampleModel, Map<string, StockItem>>> = {
    orders: new Map(),
    products: new Map(),
    customers: new Map(),
    payments: new Map(),
  };
  private readonly random: Random;
  /** Events that have happened so far. */
  private events = 0;

  constructor(
    private readonly openedAt: Instant,
    seed: number,
  ) {
    this.random = seededRandom(seed);
  }

  /** Lets happen what has happened by `now`; the time never runs backwards. */
  advance(now: Instant): void {
    for (let at = this.timeOf(this.events); at <= now; at = this.timeOf(this.events)) {
      this.happen(at);
      this.events += 1;
    }
  }

  /** One list, least recently changed first. */
  list(model: SampleModel): Iterable<StockItem> {
    return this.lists[model].values();
  }

  private timeOf(event: number): Instant {
    if (event >= HISTORY_EVENTS) return instantOf(this.openedAt + (event - HISTORY_EVENTS + 1) * EVENT_EVERY);
    return instantOf(this.openedAt - HISTORY + Math.floor((event * HISTORY) / HISTORY_EVENTS));
  }

  private happen(at: Instant): void {
    const dice = this.random.below(100);
    if (this.lists.products.size < 40 || dice < 3) this.addProduct(at);
    else if (this.lists.customers.size < 20 || dice < 18) this.addCustomer(at);
    else if (this.lists.orders.size < 10 || dice < 66) this.addOrder(at);
    else if (dice < 90) this.moveOrderOn(at);
    else if (dice < 99) this.sell(at);
    else this.changePrices(at);
  }

  private addProduct(at: Instant): void {
    const name = `${this.random.of(colours)} ${this.random.of(nouns)}`;
    this.put('products', at, {
      name,
      price: this.random.below(9000) + 500,
      currency: 'GBP',
      inStock: this.random.below(200),
    });
  }

  private addCustomer(at: Instant): void {
    const number = this.lists.customers.size + 1;
    this.put('customers', at, { name: `Customer ${number}`, city: this.random.of(cities), orders: 0 });
  }

  private addOrder(at: Instant): void {
    const customer = this.pick('customers');
    const lines = Array.from({ length: 1 + this.random.below(3) }, () => {
      const product = this.pick('products');
      return { productId: product.id, quantity: 1 + this.random.below(4), price: product.price };
    });
    const total = lines.reduce((sum, { quantity, price }) => sum + quantity * Number(price), 0);
    const order = this.put('orders', at, { status: 'open', customerId: customer.id, total, currency: 'GBP', lines });
    this.edit('customers', customer, at, { orders: Number(customer.orders) + 1 });
    if (this.random.below(100) < 80)
      this.put('payments', at, { orderId: order.id, amount: total, currency: 'GBP', method: 'card' });
  }

  private moveOrderOn(at: Instant): void {
    const order = this.pick('orders');
    const step = statuses.indexOf(String(order.status)) + 1;
    this.edit('orders', order, at, { status: statuses[step] ?? 'returned' });
  }

  private sell(at: Instant): void {
    const product = this.pick('products');
    this.edit('products', product, at, { inStock: Math.max(0, Number(product.inStock) - 1) });
  }

  /** Many products change at the same instant, as they do when a shop puts up its prices. */
  private changePrices(at: Instant): void {
    for (const product of [...this.lists.products.values()].slice(0, 30)) {
      this.edit('products', product, at, { price: Number(product.price) + 10 });
    }
  }

  private put(model: SampleModel, at: Instant, fields: Readonly<Record<string, unknown>>): StockItem {
    const list = this.lists[model];
    const id = `${model.slice(0, -1)}-${String(list.size + 1).padStart(6, '0')}`;
    const item = { id, ...fields, createdAt: toIso(at), updatedAt: toIso(at) };
    list.set(id, item);
    return item;
  }

  private edit(model: SampleModel, item: StockItem, at: Instant, fields: Readonly<Record<string, unknown>>): void {
    const list = this.lists[model];
    // A Map keeps the order of insertion, so that the end of it is the last change.
    list.delete(item.id);
    list.set(item.id, { ...item, ...fields, updatedAt: toIso(at) });
  }

  private pick(model: SampleModel): StockItem {
    const list = this.lists[model];
    const id = `${model.slice(0, -1)}-${String(1 + this.random.below(list.size)).padStart(6, '0')}`;
    const item = list.get(id);
    if (item === undefined) throw new RangeError(`the shop has no ${id}`);
    return item;
  }
}
