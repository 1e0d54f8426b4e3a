import { rawTimeZones } from '@vvo/tzdb';
import { describe, expect, it } from 'vitest';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { ZONE_ROWS } from '../../../src/ui/sync-flow/zones/zone-rows.js';
import { parseZones, plain, searchZones, zoneOf } from '../../../src/ui/sync-flow/zones/zone-search.js';

/** Places with a schedule in them, as people type them: few are the names of zones. */
const PLACES: Readonly<Record<string, string>> = {
  'Africa/Cairo': 'cairo, alexandria, giza',
  'Africa/Casablanca': 'casablanca, rabat, fes',
  'Africa/Johannesburg': 'johannesburg, cape town, durban, pretoria',
  'Africa/Lagos': 'lagos, kano, ibadan',
  'Africa/Nairobi': 'nairobi, mombasa',
  'America/Argentina/Buenos_Aires': 'buenos aires',
  'America/Bogota': 'bogota, Medellín, cali',
  'America/Chicago': 'chicago, houston, dallas, austin, san antonio',
  'America/Denver': 'denver, el paso, albuquerque',
  'America/Halifax': 'halifax',
  'America/Lima': 'lima, arequipa',
  'America/Los_Angeles': 'los angeles, san diego, san jose, seattle, portland, san francisco, US/Pacific',
  'America/Mexico_City': 'mexico city, ecatepec',
  'America/New_York': 'new york, philadelphia, boston, US/Eastern',
  'America/Phoenix': 'phoenix, tucson',
  'America/Santiago': 'santiago',
  'America/Sao_Paulo': 'sao paulo, SÃO PAULO, rio de janeiro, brasilia',
  'America/St_Johns': 'st johns, newfoundland',
  'America/Toronto': 'toronto, montreal, ottawa',
  'America/Vancouver': 'vancouver, surrey',
  'America/Winnipeg': 'winnipeg',
  'America/Edmonton': 'edmonton, calgary',
  'Asia/Baghdad': 'baghdad, mosul',
  'Asia/Bangkok': 'bangkok',
  'Asia/Colombo': 'colombo, sri lanka',
  'Asia/Dhaka': 'dhaka, dacca, chittagong, bangladesh',
  'Asia/Dubai': 'dubai, abu dhabi, sharjah',
  'Asia/Ho_Chi_Minh': 'ho chi minh, saigon, hanoi, vietnam',
  'Asia/Hong_Kong': 'hong kong, kowloon',
  'Asia/Jakarta': 'jakarta, surabaya, bandung',
  'Asia/Jerusalem': 'jerusalem, tel aviv, haifa, israel',
  'Asia/Karachi': 'karachi, lahore, faisalabad, pakistan',
  'Asia/Kathmandu': 'kathmandu, katmandu, nepal',
  'Asia/Kolkata': 'kolkata, calcutta, mumbai, delhi, bangalore, bengaluru, Hyderābād, chennai, ahmedabad, india',
  'Asia/Kuala_Lumpur': 'kuala lumpur, malaysia',
  'Asia/Manila': 'manila, quezon city, davao',
  'Asia/Riyadh': 'riyadh, jeddah, mecca, saudi',
  'Asia/Seoul': 'seoul, busan, incheon',
  'Asia/Shanghai': 'shanghai, beijing, peking, shenzhen, guangzhou, chongqing, PRC',
  'Asia/Singapore': 'singapore',
  'Asia/Taipei': 'taipei, taiwan, kaohsiung',
  'Asia/Tehran': 'tehran, mashhad, isfahan, iran',
  'Asia/Tokyo': 'tokyo, osaka, yokohama, nagoya, sapporo, japan',
  'Asia/Yangon': 'yangon, rangoon, myanmar',
  'Atlantic/Reykjavik': 'reykjavik, iceland',
  'Australia/Adelaide': 'adelaide',
  'Australia/Brisbane': 'brisbane, gold coast',
  'Australia/Melbourne': 'melbourne, geelong',
  'Australia/Perth': 'perth',
  'Australia/Sydney': 'sydney, newcastle, canberra',
  'Europe/Amsterdam': 'amsterdam, rotterdam, the hague, utrecht, netherlands',
  'Europe/Athens': 'athens, thessaloniki, greece',
  'Europe/Belgrade': 'belgrade, novi sad, serbia',
  'Europe/Berlin': 'berlin, hamburg, munich, köln, koln, frankfurt, stuttgart, germany',
  'Europe/Brussels': 'brussels, antwerp, gent, belgium',
  'Europe/Bucharest': 'bucharest, iasi, romania',
  'Europe/Budapest': 'budapest, debrecen, hungary',
  'Europe/Copenhagen': 'copenhagen, aarhus, denmark',
  'Europe/Dublin': 'dublin, cork, ireland, Eire',
  'Europe/Helsinki': 'helsinki, espoo, tampere, finland',
  'Europe/Istanbul': 'istanbul, ankara, izmir, turkey',
  'Europe/Kyiv': 'kyiv, kiev, kharkiv, odesa, ukraine',
  'Europe/Lisbon': 'lisbon, porto, portugal',
  'Europe/London': 'london, birmingham, manchester, leeds, glasgow, liverpool, GB, united kingdom',
  'Europe/Madrid': 'madrid, barcelona, valencia, sevilla, spain',
  'Europe/Moscow': 'moscow, saint petersburg, kazan',
  'Europe/Oslo': 'oslo, bergen, norway',
  'Europe/Paris': 'paris, marseille, lyon, toulouse, nice, france',
  'Europe/Prague': 'prague, brno, ostrava',
  'Europe/Rome': 'rome, milan, naples, turin, italy',
  'Europe/Stockholm': 'stockholm, gothenburg, goteborg, malmo, sweden',
  'Europe/Vienna': 'vienna, graz, linz, austria',
  'Europe/Warsaw': 'warsaw, lodz, krakow, Kraków, poland',
  'Europe/Zurich': 'zurich, geneva, basel, switzerland',
  'Pacific/Auckland': 'auckland, wellington, christchurch, new zealand, NZ',
  'Pacific/Honolulu': 'honolulu, hawaii',
  UTC: 'utc, UTC, gmt, zulu, Etc/UTC, coordinated universal time',
};

const zones = parseZones(ZONE_ROWS);
const english = new Intl.DisplayNames('en', { type: 'region' });
/** Whether a zone is among the first three that are shown for what was typed. */
const finds = (typed: string, id: string): boolean =>
  searchZones(zones, typed, (code) => (code === '' ? '' : (english.of(code) ?? '')))
    .slice(0, 3)
    .some(({ zone }) => zone.id === id);

const missed = (names: readonly (readonly [typed: string, id: string])[]): readonly string[] =>
  names.filter(([typed, id]) => !finds(typed, id)).map(([typed, id]) => `${typed} (${id})`);

describe('of the names that people type, the zone is among the first three', () => {
  it('for two hundred places in the world', () => {
    const names = Object.entries(PLACES).flatMap(([id, typed]) => typed.split(', ').map((name) => [name, id] as const));
    expect(names.length).toBeGreaterThanOrEqual(200);
    expect(missed(names)).toEqual([]);
  });

  it('for every large city of every zone, without its accents', () => {
    const names = rawTimeZones
      .filter(({ name }) => TIME_ZONE_NAMES.includes(name))
      .flatMap(({ name, mainCities }) => mainCities.map((city) => [plain(city), name] as const));
    expect(names.length).toBeGreaterThan(900);
    expect(missed(names)).toEqual([]);
  });

  it('for every name that a zone has had', () => {
    const names = zones.flatMap(({ id, aliases }) => aliases.map((alias) => [alias, id] as const));
    expect(names.length).toBeGreaterThan(130);
    expect(missed(names)).toEqual([]);
    expect(names.filter(([alias, id]) => zoneOf(zones, alias)?.id !== id)).toEqual([]);
  });
});
