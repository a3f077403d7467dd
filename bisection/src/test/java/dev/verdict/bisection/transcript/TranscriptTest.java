package dev.verdict.bisection.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Rejection;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.play.Match;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.testing.OffByOne;
import dev.verdict.bisection.testing.ToyProgram;
import dev.verdict.repops.commit.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static Match.Played played;

  @BeforeAll
  static void play() {
    Dispute dispute = new Dispute(ToyProgram.sample(40), 9, 9, new OffByOne(40));
    played = dispute.play(0, Digest.ZERO, dispute.solver(), dispute.witness(Dispute::nothing));
  }

  private static Transcript withEntries(List<Transcript.Entry> entries, Optional<Outcome.Decided> verdict) {
    Transcript t = played.transcript();
    return new Transcript(
        t.clocks(), t.claim(), t.gameId(), t.challenger(), t.interval(), t.opening(), t.openedAt(), entries, verdict);
  }

  @Test
  void replay_theGame_givesItsVerdictAndTheOperation() {
    Replay.Result.Ended ended = (Replay.Result.Ended) Replay.of(Transcript.parse(played.transcript().toText()));
    assertThat(ended.verdict()).isEqualTo(played.verdict());
    assertThat(ended.states()).isEqualTo(played.states());
    assertThat(ended.operation().orElseThrow().toString()).matches(
        "step 4, node 0 MatMul, element 1, k 650: fma\\(0x.{8}, 0x.{8}, 0x.{8}\\) = 0x.{8}, claimed 0x.{8}");
  }

  @Test
  void replay_aMoveChanged_isIllegalOrAnotherGame() {
    List<Transcript.Entry> entries = played.transcript().entries();
    for (int i = 0; i < entries.size(); i++) {
      Transcript.Entry entry = entries.get(i);
      List<Transcript.Entry> late = new ArrayList<>(entries);
      late.set(i, new Transcript.Entry(entry.at().plusSeconds(5000), entry.mover(), entry.move()));
      assertThat(Replay.of(withEntries(late, Optional.empty()))).isInstanceOf(Replay.Result.Illegal.class)
          .extracting(r -> ((Replay.Result.Illegal) r).index()).isEqualTo(i);
      List<Transcript.Entry> dropped = new ArrayList<>(entries);
      dropped.remove(i);
      assertThat(Replay.of(withEntries(dropped, played.transcript().verdict())))
          .isNotInstanceOf(Replay.Result.Ended.class);
    }
    List<Transcript.Entry> byOther = new ArrayList<>(entries);
    byOther.set(0, new Transcript.Entry(entries.get(0).at(), Party.CHALLENGER, entries.get(0).move()));
    assertThat(Replay.of(withEntries(byOther, Optional.empty()))).isEqualTo(
        new Replay.Result.Illegal(0, new Rejection.NotYourMove(Party.CHALLENGER, Party.SOLVER)));
  }

  @Test
  void replay_cutOrContinuedOrLying_saysSo() {
    List<Transcript.Entry> entries = played.transcript().entries();
    assertThat(Replay.of(withEntries(entries.subList(0, 3), Optional.empty())))
        .isInstanceOf(Replay.Result.Unfinished.class);
    List<Transcript.Entry> longer = new ArrayList<>(entries);
    longer.add(new Transcript.Entry(entries.get(0).at(), Party.ANYONE, new Move.Timeout()));
    assertThat(Replay.of(withEntries(longer, Optional.empty())))
        .isEqualTo(new Replay.Result.AfterTheEnd(entries.size()));
    Outcome.Decided lie =
        new Outcome.Decided(Verdict.CHALLENGER_LOSES, Reason.PROVED, Digest.ZERO, Digest.ZERO);
    assertThat(Replay.of(withEntries(entries, Optional.of(lie))))
        .isEqualTo(new Replay.Result.OtherVerdict(Optional.of(played.verdict()), lie));
  }

  @Test
  void parse_anyLineBroken_namesIt() {
    List<String> lines = played.transcript().toText().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      for (String broken : List.of("", "move", lines.get(i) + " 1", lines.get(i).replaceFirst(" ", "  "),
          lines.get(i).replaceAll(" [^ ]*$", " zz"))) {
        List<String> others = new ArrayList<>(lines);
        others.set(i, broken);
        int line = i + 1;
        if (broken.isEmpty() && line == lines.size()) {
          // Without its last line it is the transcript of a game whose verdict isn't told.
          continue;
        }
        assertThat(catchThrowable(() -> Transcript.parse(String.join("\n", others))))
            .as("line %d: %s", line, broken)
            .isInstanceOf(TranscriptFormatException.class)
            .extracting(e -> ((TranscriptFormatException) e).line()).isEqualTo(line);
      }
    }
    assertThatThrownBy(() -> Transcript.parse(played.transcript().toText() + "move 1 ANYONE timeout\n"))
        .isInstanceOf(TranscriptFormatException.class);
    assertThatThrownBy(() -> Transcript.parse("")).isInstanceOf(TranscriptFormatException.class);
  }
}
