package dev.verdict.staking.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.EventPosition;
import dev.verdict.repops.commit.Digest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GameBookTest {
  private static final EventPosition HERE = new EventPosition(1, Digest.ZERO, 0, Digest.ZERO);
  private static final Bytes ONE = Bytes.of(new byte[] {1});
  private static final Bytes TWO = Bytes.of(new byte[] {2});

  private final GameBook book = new GameBook();

  private static GameState state(long gameId, long movedAt) {
    Account account = Account.of(new byte[Account.LENGTH_BYTES]);
    GameRules rules = new GameRules(new GameParameters(10, 10, 10), Adjudicator.INSTANCE);
    return ((Outcome.Advanced) rules.open(gameId,
        new GameRules.Claim(1, account, Digest.ZERO, Digest.ZERO, 4, 2), account, 1, Digest.ZERO,
        Instant.ofEpochSecond(movedAt))).state();
  }

  private void moved(long gameId, String move, long at) {
    book.hear(new ChainEvent.Moved(HERE, gameId, move, state(gameId, at)));
  }

  private void revealed(long gameId, Bytes data) {
    book.hear(new ChainEvent.Revealed(HERE, gameId, data));
  }

  @Test
  void hear_movesAndVerdict_keepsWhatIsOpen() {
    moved(1, "challenge", 5);
    moved(2, "challenge", 6);
    moved(1, "commitSteps", 7);
    assertThat(book.open()).containsExactly(
        new GameBook.OpenGame(state(1, 7), List.of()), new GameBook.OpenGame(state(2, 6), List.of()));
    book.hear(new ChainEvent.Decided(HERE, 1, 1, Verdict.SOLVER_LOSES, Reason.PROVED, Digest.ZERO, Digest.ZERO));
    assertThat(book.open()).extracting(g -> g.state().gameId()).containsExactly(2L);
    book.clear();
    assertThat(book.open()).isEmpty();
  }

  @Test
  void hear_reveals_areKeptUntilTheNextSelection() {
    moved(1, "challenge", 1);
    moved(2, "challenge", 1);
    moved(1, "demand", 2);
    revealed(1, ONE);
    moved(1, "reveal", 3);
    moved(1, "demand", 4);
    revealed(1, TWO);
    moved(1, "reveal", 5);
    assertThat(book.open()).extracting(GameBook.OpenGame::revealed).containsExactly(List.of(ONE, TWO), List.of());
    moved(1, "selectStep", 6);
    assertThat(book.open()).extracting(GameBook.OpenGame::revealed).containsExactly(List.of(), List.of());
  }

  @Test
  void hear_ofAGameThatIsUnknown_isPassedOver() {
    revealed(9, ONE);
    assertThat(book.open()).isEmpty();
  }
}
