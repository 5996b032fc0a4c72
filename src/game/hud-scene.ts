import { Howler } from 'howler';
import * as Phaser from 'phaser';
import { soundSwitch } from 'spacetick/phaser';
import chatIcon from '../../assets/images/icon-chat.png';
import dashIcon from '../../assets/images/icon-dash.png';
import type { DbConnection } from '../../bindings/index.ts';
import { ChatBox } from './chat-box.ts';
import type { Cockpit } from './cockpit.ts';
import { byId, isTyping } from './dom.ts';
import { Leaderboard } from './leaderboard.ts';
import { Minimap } from './minimap.ts';
import { myPilot, ranking } from './pilots.ts';
import { ScoreCard } from './score-card.ts';
import type { Sounds } from './sounds.ts';
import { onTableChange } from './table-changes.ts';

const BOARD_EVERY_MS = 250; // faster is not read
const MAP_EVERY_MS = 120;

/** What lies over the arena while playing: points, leaderboard, map, chat. */
export class HudScene extends Phaser.Scene {
  readonly #cockpit: Cockpit;
  readonly #sounds: Sounds;
  readonly #root = byId('hud', HTMLElement);
  readonly #dashButton = byId('dash-button', HTMLButtonElement);
  readonly #chatButton = byId('chat-button', HTMLButtonElement);
  readonly #leaderboard = new Leaderboard();
  readonly #scoreCard = new ScoreCard();
  readonly #minimap = new Minimap();
  #chat!: ChatBox;
  #shown: DbConnection | undefined;
  #unwatch: (() => void)[] = [];
  #isBoardOld = true;
  #isChatOld = true;
  #boardAt = 0;
  #mapAt = 0;

  constructor(cockpit: Cockpit, sounds: Sounds) {
    super('hud');
    this.#cockpit = cockpit;
    this.#sounds = sounds;
    this.#dashButton.style.backgroundImage = `url("${dashIcon}")`;
    this.#chatButton.style.backgroundImage = `url("${chatIcon}")`;
  }

  get connection(): DbConnection {
    return this.#cockpit.session.connection;
  }

  create(): void {
    const listening = new AbortController();
    const { signal } = listening;
    this.#chat = new ChatBox(() => this.connection, signal);
    this.#shown = undefined;
    this.#root.hidden = false;
    this.#chatButton.hidden = false;
    this.#dashButton.addEventListener('pointerdown', () => this.#cockpit.dash(), { signal });
    this.#chatButton.addEventListener('click', () => this.#chat.open(), { signal });
    window.addEventListener('keydown', (event) => this.#keydown(event), { signal });
    this.events.once(Phaser.Scenes.Events.SHUTDOWN, () => {
      listening.abort();
      this.#stopWatching();
      this.#chat.close();
      this.#root.hidden = true;
      this.#chatButton.hidden = true;
    });
  }

  override update(time: number): void {
    this.connection.frameTick();
    if (this.#cockpit.session.phase !== 'online') return; // the last picture stays behind the message
    if (this.connection !== this.#shown) this.#watch();
    if (!this.#cockpit.isFlying) {
      this.scene.start('title'); // the host did not let us in again
      return;
    }
    const mine = myPilot(this.connection);
    if (this.#isBoardOld && time >= this.#boardAt) {
      this.#boardAt = time + BOARD_EVERY_MS;
      this.#isBoardOld = false;
      const ranked = ranking(this.connection.db.pilot);
      this.#leaderboard.show(ranked, mine?.shipId);
      const rank = ranked.findIndex(({ shipId }) => shipId === mine?.shipId) + 1;
      this.#scoreCard.show(mine?.score ?? 0, rank, ranked.length);
    }
    if (time >= this.#mapAt) {
      this.#mapAt = time + MAP_EVERY_MS;
      this.#minimap.draw(this.connection, mine?.shipId);
      this.#chat.fade();
    }
    if (this.#isChatOld) {
      this.#isChatOld = false;
      this.#chat.show(this.connection);
      this.#chat.fade();
    }
    this.#showDash();
    this.#playMusic();
  }

  #watch(): void {
    this.#stopWatching();
    this.#shown = this.connection;
    const { pilot, message, user } = this.connection.db;
    this.#unwatch = [
      onTableChange(pilot, () => {
        this.#isBoardOld = true;
      }),
      onTableChange(message, () => {
        this.#isChatOld = true;
      }),
      onTableChange(user, () => {
        this.#isChatOld = true;
      }),
    ];
    this.#isBoardOld = true;
    this.#isChatOld = true;
  }

  #stopWatching(): void {
    for (const stop of this.#unwatch.splice(0)) stop();
  }

  #showDash(): void {
    const cooldown = this.#cockpit.dashCooldown;
    const left = this.#cockpit.dashReadyAt - performance.now();
    this.#scoreCard.showDash(cooldown > 0 ? Math.min(1, Math.max(0, 1 - left / cooldown)) : 1);
  }

  #playMusic(): void {
    const music = this.#sounds.get('music');
    if (!music.playing() && music.state() === 'loaded' && soundSwitch(Howler).isAudible) music.play();
  }

  #keydown(event: KeyboardEvent): void {
    if (isTyping() || event.repeat) return;
    if (event.key === 'Enter') {
      if (this.#root.inert) return; // behind a message
      event.preventDefault();
      this.#chat.open();
    } else if (event.key === 'Escape') {
      this.#cockpit.leave();
      this.scene.start('title');
    }
  }
}
