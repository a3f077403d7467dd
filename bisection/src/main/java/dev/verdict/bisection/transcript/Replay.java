package dev.verdict.bisection.transcript;

import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Rejection;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.bisection.step.DecidingOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plays a transcript again, by the rules alone. The transcript's verdict is compared, never believed.
public final class Replay {
  private Replay() {}

  /// What a transcript comes to.
  public sealed interface Result {
    /// The game ended as the transcript says, or the transcript doesn't say.
    ///
    /// @param states before each move, in order
    /// @param operation what decided, where one operation did
    record Ended(Outcome.Decided verdict, List<GameState> states, Optional<DecidingOperation> operation)
        implements Result {}

    /// The transcript stops before the game does.
    record Unfinished(List<GameState> states) implements Result {}

    /// Move `index` (from 0; −1 for the challenge) isn't one.
    record Illegal(int index, Rejection why) implements Result {}

    /// There are moves after the one that ended the game: `index` is the first.
    record AfterTheEnd(int index) implements Result {}

    /// The game ended otherwise than the transcript says, or didn't end.
    record OtherVerdict(Optional<Outcome.Decided> actual, Outcome.Decided written) implements Result {}
  }

  /// Plays `transcript` again with the clocks that it names.
  public static Result of(Transcript transcript) {
    GameRules rules = new GameRules(transcript.clocks(), Adjudicator.INSTANCE);
    Outcome outcome = rules.open(transcript.gameId(), transcript.claim(), transcript.challenger(),
        transcript.interval(), transcript.opening(), transcript.openedAt());
    if (outcome instanceof Outcome.Rejected(Rejection why)) {
      return new Result.Illegal(-1, why);
    }
    List<GameState> states = new ArrayList<>();
    Optional<DecidingOperation> operation = Optional.empty();
    List<Transcript.Entry> entries = transcript.entries();
    for (int i = 0; i < entries.size(); i++) {
      if (!(outcome instanceof Outcome.Advanced(GameState state))) {
        return new Result.AfterTheEnd(i);
      }
      states.add(state);
      Transcript.Entry entry = entries.get(i);
      outcome = rules.apply(state, entry.move(), entry.mover(), entry.at());
      if (outcome instanceof Outcome.Rejected(Rejection why)) {
        return new Result.Illegal(i, why);
      }
      if (outcome instanceof Outcome.Decided && entry.move() instanceof Move.Prove(var proof)) {
        operation = Adjudicator.INSTANCE.explain(state, proof);
      }
    }
    return switch (outcome) {
      case Outcome.Decided decided ->
        transcript.verdict().isPresent() && !transcript.verdict().get().equals(decided)
            ? new Result.OtherVerdict(Optional.of(decided), transcript.verdict().get())
            : new Result.Ended(decided, List.copyOf(states), operation);
      case Outcome.Advanced(GameState state) -> {
        states.add(state);
        yield transcript.verdict().isPresent()
            ? new Result.OtherVerdict(Optional.empty(), transcript.verdict().get())
            : new Result.Unfinished(List.copyOf(states));
      }
      case Outcome.Rejected r -> throw new AssertionError("rejections have been dealt with");
    };
  }
}
