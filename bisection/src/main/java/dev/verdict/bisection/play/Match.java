package dev.verdict.bisection.play;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Rejection;
import dev.verdict.bisection.transcript.Transcript;
import dev.verdict.repops.commit.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lets two players play a game against each other, without a chain: time passes by a fixed think time a move, and to the
/// end of a clock where nobody moves.
public final class Match {
  private final GameRules rules;
  private final Duration thinkTime;

  public Match(GameRules rules, Duration thinkTime) {
    this.rules = rules;
    this.thinkTime = thinkTime;
  }

  /// How the match went.
  ///
  /// @param states before each move of the transcript, in order
  public record Played(Transcript transcript, List<GameState> states, Outcome.Decided verdict) {
    public Played {
      states = List.copyOf(states);
    }
  }

  /// A player made a move that isn't one.
  public static final class IllegalMoveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IllegalMoveException(Party party, Object move, Rejection why) {
      super(party + " played " + move + ": " + why);
    }
  }

  /// Plays from a challenge to the verdict. Throws [IllegalMoveException] where a player moves against the rules.
  ///
  /// @param interval from 1; 0 to select later
  /// @param opening hides the interval until then; zero where it doesn't
  public Played play(
      GameRules.Claim claim, Account account, long interval, Digest opening, Player solver, Player challenger,
      Instant start) {
    Outcome outcome = rules.open(1, claim, account, interval, opening, start);
    Transcript transcript = new Transcript(rules.parameters(), claim, 1, account, interval, opening, start, List.of(),
        Optional.empty());
    List<GameState> states = new ArrayList<>();
    List<Bytes> revealed = new ArrayList<>();
    Instant now = start;
    Party mover = Party.CHALLENGER;
    Object move = "challenge";
    while (true) {
      switch (outcome) {
        case Outcome.Rejected(Rejection why) -> throw new IllegalMoveException(mover, move, why);
        case Outcome.Decided decided -> {
          return new Played(transcript.with(decided), states, decided);
        }
        case Outcome.Advanced(GameState state) -> {
          now = now.plus(thinkTime);
          Transcript.Entry chosen = choose(state, List.copyOf(revealed), solver, challenger, now);
          now = chosen.at();
          mover = chosen.mover();
          move = chosen.move();
          switch (chosen.move()) {
            case Move.Reveal(Bytes data) -> revealed.add(data);
            case Move.Demand d -> { }
            default -> revealed.clear();
          }
          states.add(state);
          transcript = transcript.with(chosen);
          outcome = rules.apply(state, chosen.move(), mover, now);
        }
      }
    }
  }

  

  /// The side to move goes first, then the other (which may prove); where both wait, the clock runs out.
  private static Transcript.Entry choose(
      GameState state, List<Bytes> revealed, Player solver, Player challenger, Instant now) {
    Party toMove = state.phase().toMove();
    Party other = toMove == Party.SOLVER ? Party.CHALLENGER : Party.SOLVER;
    for (Party party : List.of(toMove, other)) {
      Player player = party == Party.SOLVER ? solver : challenger;
      Optional<Move> move = player.move(state, revealed, now);
      if (move.isPresent()) {
        return new Transcript.Entry(now, party, move.get());
      }
    }
    Instant expired = Instant.ofEpochSecond(Math.max(state.runningClock().lastInstant() + 1, now.getEpochSecond()));
    Player winner = other == Party.SOLVER ? solver : challenger;
    Optional<Move> claimed = winner.move(state, revealed, expired);
    return claimed.isPresent()
        ? new Transcript.Entry(expired, other, claimed.get())
        : new Transcript.Entry(expired, Party.ANYONE, new Move.Timeout());
  }
}
