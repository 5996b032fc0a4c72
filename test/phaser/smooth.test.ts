import { describe, expect, it } from 'vitest';
import { Timeline } from '../../src/phaser/timeline.ts';
import { type Drawn, Flight, HOST_EPOCH, samplesOf } from './flight.ts';
import { contextOf } from './row-table.ts';

const SPEED = 0.2; // pixels a millisecond
const straight = (millis: number) => [millis * SPEED, 0];
const start = { first: [0, 0] };

describe('smoothing', () => {
  it('[S1] draws the same path at 30, 60 and 144 frames a second, jitter or not', () => {
    const curve = (millis: number) => [300 * Math.cos(millis / 400), 300 * Math.sin(millis / 400)];
    const late = (n: number) => 30 + ((n * 7919) % 23); // arrives 30 to 52 ms late
    const paths = [30, 60, 144].map((fps) =>
      new Flight({ first: curve(0) }).fly(samplesOf(curve, { late, count: 60 }), fps, 3000),
    );
    for (let now = 1000; now <= 2900; now += 37) {
      const [a, b, c] = paths.map((path) => between(path, now));
      // Straight lines between the frames of 30 a second cut corners of the curve: a pixel in 300.
      expect(distance(a!, c!)).toBeLessThan(1.5);
      expect(distance(b!, c!)).toBeLessThan(0.5);
    }
    const exact = paths.map((path) => path.find(({ now }) => Math.abs(now - 2000) < 1e-6)!.pose);
    expect(distance(exact[0]!, exact[1]!)).toBeLessThan(1e-6);
    expect(distance(exact[0]!, exact[2]!)).toBeLessThan(1e-6);
  });

  it('[S2] moves evenly, two steps behind the host', () => {
    const flight = new Flight(start);
    const drawn = flight.fly(samplesOf(straight, { late: () => 30 }), 60, 1900);
    for (const { now, pose } of drawn.filter((frame) => frame.now > 300)) {
      expect(pose[0]).toBeCloseTo((now - 30 - 100) * SPEED, 6);
    }
    expect(flight.timeline.delay).toBeCloseTo(100, 9);
  });

  it('[S3] measures the step of hosts of 5 and of 60 steps a second', () => {
    for (const step of [200, 1000 / 60]) {
      const flight = new Flight(start);
      flight.fly(samplesOf(straight, { step, count: 60 }), 60, step * 59);
      expect(flight.timeline.step).toBeCloseTo(step, 2);
      expect(flight.timeline.delay).toBeCloseTo(Math.max(2 * step, step + 17), 1);
    }
  });

  it('[S3] takes the step from rows that move on every step, not from single rows changed between steps', () => {
    const timeline = new Timeline({ clock: () => 0 });
    for (let n = 0; n < 200; n++) {
      timeline.timeOf(contextOf({ at: n * 50, arrivedAt: n * 50 }));
      for (let row = 0; row < 12; row++) timeline.interval(50);
      timeline.timeOf(contextOf({ at: n * 50 + 20, arrivedAt: n * 50 + 20 }));
      timeline.interval(20);
    }
    expect(timeline.step).toBe(50);
  });

  it('[S4] grows the delay under jitter, at most 10 % slow meanwhile, until motion is even', () => {
    const flight = new Flight(start);
    const late = (n: number) => (n < 40 ? 30 : 30 + (n % 4) * 40); // up to 120 ms late, in turns
    const drawn = flight.fly(samplesOf(straight, { late, count: 200 }), 60, 9900);
    const speeds = speedsOf(drawn);
    const settled = speeds.filter(({ now }) => now > 5000);
    for (const { speed } of settled) expect(speed).toBeCloseTo(SPEED, 6);
    expect(flight.timeline.delay).toBeGreaterThan(150);
    const growing = speeds.filter(({ now }) => now > 3200 && now <= 5000);
    for (const { speed } of growing) expect(speed).toBeGreaterThan(SPEED * 0.89);
  });

  it('[S5] runs on for one step at most, comes back to the last sample and rests', () => {
    const flight = new Flight(start);
    const drawn = flight.fly(samplesOf(straight, { count: 20 }), 120, 2000);
    const last = 19 * 50 * SPEED;
    const furthest = Math.max(...drawn.map(({ pose }) => pose[0]!));
    expect(furthest).toBeGreaterThan(last + 45 * SPEED);
    expect(furthest).toBeLessThanOrEqual(last + 50 * SPEED + 1e-9);
    expect(drawn.at(-1)!.pose[0]).toBe(last);
    expect(flight.motion.movers.things.length).toBe(0);
  });

  it('[S5] can be told not to run on', () => {
    const flight = new Flight({ ...start, limits: { extrapolateMs: 0 } });
    const drawn = flight.fly(samplesOf(straight, { count: 20 }), 120, 2000);
    expect(Math.max(...drawn.map(({ pose }) => pose[0]!))).toBe(19 * 50 * SPEED);
  });

  it('[S6] does not run on when newer messages show that the row rested', () => {
    const flight = new Flight(start);
    flight.motion.input.set([0, 0]);
    const other = flight.motion.add('ship', Number.NEGATIVE_INFINITY);
    const stops = samplesOf(straight, { count: 20 });
    let furthest = 0;
    for (flight.now = 0; flight.now <= 2000; flight.now += 10) {
      if (flight.now % 50 === 0) {
        const n = flight.now / 50;
        if (n < 20) flight.push({ ...stops[n]!, arrivedAt: flight.now });
        flight.push({ at: HOST_EPOCH + n * 50, arrivedAt: flight.now, pose: [n, n] }, other);
      }
      furthest = Math.max(furthest, flight.draw()[0]!);
    }
    expect(furthest).toBe(19 * 50 * SPEED);
  });

  it('[S7] draws a teleport in the old place, then in the new one, and nowhere between', () => {
    const path = (millis: number) => [millis * SPEED + (millis >= 500 ? 1000 : 0), 0];
    const drawn = new Flight(start).fly(samplesOf(path), 144, 1500);
    const between = drawn.filter(({ pose }) => pose[0]! > 450 * SPEED + 1e-9 && pose[0]! < 1000 + 500 * SPEED - 1e-9);
    expect(between).toEqual([]);
    const first = drawn.find(({ pose }) => pose[0]! > 1000)!;
    expect(first.now).toBeGreaterThanOrEqual(500 + 130);
    expect(first.now).toBeLessThan(500 + 130 + 8);
  });

  it('[S8] holds a row that rested until one step before it moves', () => {
    const flight = new Flight(start);
    const path = (millis: number) => [Math.min(millis, 500) * SPEED, 0];
    const moves = samplesOf(path, { count: 11 });
    moves.push({ at: HOST_EPOCH + 3000, arrivedAt: 3030, pose: [500 * SPEED + 10, 0] });
    const drawn = flight.fly(moves, 100, 3400);
    const rested = drawn.filter(({ now }) => now > 1000 && now < 2950 + 130);
    for (const { pose } of rested) expect(pose[0]).toBeCloseTo(500 * SPEED, 9);
    const halfway = drawn.find(({ now }) => now === 2980 + 130)!;
    expect(halfway.pose[0]).toBeGreaterThan(500 * SPEED + 5);
    expect(drawn.at(-1)!.pose[0]).toBe(500 * SPEED + 10);
  });

  it('[S9] turns angles the short way, round and round', () => {
    const turn = 2 * Math.PI;
    const wrapped = (millis: number) => [((millis / 100 + Math.PI) % turn) - Math.PI];
    const flight = new Flight({ first: [0], turns: [turn] });
    const drawn = flight.fly(samplesOf(wrapped, { count: 80 }), 60, 3900);
    for (const { now, pose } of drawn.filter((frame) => frame.now > 400)) {
      expect(Math.cos(pose[0]!)).toBeCloseTo(Math.cos((now - 130) / 100), 6);
      expect(Math.sin(pose[0]!)).toBeCloseTo(Math.sin((now - 130) / 100), 6);
    }
  });

  it('[S10] takes an unchanged pose for no sample, and looks at nothing that rests', () => {
    const flight = new Flight(start);
    for (let n = 0; n < 10; n++) flight.push({ at: HOST_EPOCH + n * 50, arrivedAt: n * 50, pose: [0, 0] });
    expect(flight.motion.movers.things.length).toBe(0);
    flight.push({ at: HOST_EPOCH + 500, arrivedAt: 500, pose: [1, 0] });
    expect(flight.motion.movers.things.length).toBe(1);
  });

  it('[S11] uses arrival times where nothing better is known', () => {
    const samples = samplesOf(straight, { late: (n) => 30 + (n % 2) * 4 }).map((sample) => ({
      ...sample,
      at: undefined,
    }));
    const drawn = new Flight(start).fly(samples, 60, 1900);
    for (const { now, pose } of drawn.filter((frame) => frame.now > 400)) {
      expect(Math.abs(pose[0]! - (now - 130) * SPEED)).toBeLessThan(12 * SPEED);
    }
  });

  it('[S11] prefers a column to the arrival', () => {
    const timeline = new Timeline({ clock: () => 0 });
    expect(timeline.timeOf(contextOf({ arrivedAt: 80 }), 5000)).toBe(0);
    expect(timeline.timeOf(contextOf({ arrivedAt: 140 }), 5050)).toBe(50);
    const bare = new Timeline({ clock: () => 0 });
    expect(bare.timeOf(contextOf({ arrivedAt: 80 }))).toBe(80);
  });

  it('[S11] places a message without commit time among others that have it', () => {
    const timeline = new Timeline({ clock: () => 0 });
    timeline.timeOf(contextOf({ at: HOST_EPOCH, arrivedAt: 30 }));
    expect(timeline.timeOf(contextOf({ arrivedAt: 55 }))).toBe(25);
  });

  it.each([3_600_000, -3_600_000])('[S12] goes on when the host clock is set by %i ms', (by) => {
    const flight = new Flight(start);
    const samples = samplesOf(straight, { count: 80 }).map((sample, n) =>
      n < 40 ? sample : { ...sample, at: sample.at! + by },
    );
    const drawn = flight.fly(samples, 60, 3900);
    for (const { now, pose } of drawn.filter((frame) => frame.now > 2400)) {
      expect(pose[0]).toBeCloseTo((now - 130) * SPEED, 3);
    }
  });

  it('[S13] settles at once', () => {
    const flight = new Flight(start);
    flight.fly(samplesOf(straight, { count: 10 }), 60, 480);
    flight.motion.input.set([777, 5]);
    flight.motion.settle(flight.slot);
    expect(flight.draw()).toEqual([777, 5]);
    expect(flight.motion.movers.things.length).toBe(0);
  });

  it('[S14] never jumps when samples come late, out of a stall or in a burst', () => {
    const late = (n: number) => (n >= 30 && n < 36 ? 30 + (36 - n) * 50 : 30 + ((n * 31) % 40));
    const samples = samplesOf(straight, { late, count: 100 });
    const drawn = new Flight(start).fly(samples, 60, 4900);
    for (const { speed } of speedsOf(drawn)) {
      expect(Math.abs(speed)).toBeLessThan(SPEED * 8); // a stall of 300 ms is made up in a few frames, not in one
    }
    const settled = speedsOf(drawn).filter(({ now }) => now > 3000);
    for (const { speed } of settled) expect(Math.abs(speed / SPEED - 1)).toBeLessThan(0.1 + 1e-9);
  });

  it('[S14] starts from where the object rests, when the first sample after a rest comes late', () => {
    const flight = new Flight(start);
    flight.motion.input.set([500, 500]);
    const other = flight.motion.add('ship', Number.NEGATIVE_INFINITY);
    flight.fly(samplesOf(straight, { count: 40 }), 60, 2500); // the first one moves and rests; the timeline is known
    flight.now = 2516;
    const before = flight.draw(other);
    flight.push({ at: HOST_EPOCH + 2000, arrivedAt: 2510, pose: [510, 500] }, other); // half a second late
    flight.now = 2517;
    const [x, y] = flight.draw(other);
    expect(before).toEqual([500, 500]);
    expect(x).toBeGreaterThan(500);
    expect(x).toBeLessThan(501);
    expect(y).toBe(500);
    flight.now = 3500;
    flight.draw(other);
    flight.now = 3600;
    expect(flight.draw(other)).toEqual([510, 500]);
  });

  it('[S14] takes the newer of two poses of one moment', () => {
    const flight = new Flight(start);
    flight.push({ at: HOST_EPOCH, arrivedAt: 0, pose: [10, 0] });
    flight.push({ at: HOST_EPOCH, arrivedAt: 0, pose: [20, 5] });
    flight.now = 500;
    flight.draw();
    flight.now = 1500;
    expect(flight.draw()).toEqual([20, 5]);
  });

  it('[S15] allocates nothing while it draws', () => {
    const flight = new Flight(start);
    const slots = Array.from({ length: 200 }, () => flight.motion.add('ship', Number.NEGATIVE_INFINITY));
    const objects = slots.map(() => ({ x: 0, y: 0, rotation: 0 }));
    for (const [n, slot] of slots.entries()) {
      flight.push({ at: HOST_EPOCH, arrivedAt: 0, pose: [n, n] }, slot);
      flight.push({ at: HOST_EPOCH + 500, arrivedAt: 0, pose: [n + 50, n] }, slot);
    }
    const fly = (frames: number) => {
      for (let frame = 0; frame < frames; frame++) {
        flight.now += 1e-3;
        flight.motion.advance(flight.now);
        const { lines, time } = flight.motion;
        const { cells } = flight.motion.movers;
        for (let m = 0; m < objects.length; m++)
          objects[m]!.x = lines[cells[m]! * 4]! + lines[cells[m]! * 4 + 1]! * time;
      }
    };
    const grown = Array.from({ length: 10 }, () => {
      const before = process.memoryUsage().heapUsed;
      fly(10_000);
      return process.memoryUsage().heapUsed - before;
    });
    expect(flight.motion.movers.things.length).toBe(200);
    // Not yet compiled code allocates, and so does the runner: what counts is a round without. One number a frame is 160 kB.
    expect(Math.min(...grown.map(Math.abs))).toBeLessThan(20_000);
  });

  it('[S16] keeps slots apart while they come, go and grow', () => {
    const flight = new Flight(start);
    const slots = Array.from({ length: 100 }, (_, n) => {
      flight.motion.input.set([n, n]);
      return flight.motion.add('ship', Number.NEGATIVE_INFINITY);
    });
    for (const [n, slot] of slots.entries()) {
      flight.push({ at: HOST_EPOCH + 50, arrivedAt: 50, pose: [n + 1, n] }, slot);
    }
    for (const slot of slots.filter((_, n) => n % 2 === 0)) flight.motion.release(slot);
    expect(flight.motion.movers.things.length).toBe(50);
    flight.now = 2000;
    flight.draw();
    flight.now = 2100;
    for (const [n, slot] of slots.entries()) if (n % 2 === 1) expect(flight.draw(slot)).toEqual([n + 1, n]);
    expect(flight.motion.movers.things.length).toBe(0);
  });
});

function between(path: Drawn[], now: number): number[] {
  const after = path.findIndex((frame) => frame.now >= now);
  const [a, b] = [path[after - 1]!, path[after]!];
  const share = (now - a.now) / (b.now - a.now);
  return a.pose.map((value, field) => value + (b.pose[field]! - value) * share);
}

function distance(a: number[], b: number[]): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
}

function speedsOf(drawn: Drawn[]): { now: number; speed: number }[] {
  return drawn
    .slice(1)
    .map(({ now, pose }, n) => ({ now, speed: (pose[0]! - drawn[n]!.pose[0]!) / (now - drawn[n]!.now) }));
}
