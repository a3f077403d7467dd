package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void median_oddAndEvenRounds_isTheMiddleAndTheMeanOfTheMiddleTwo() {
    assertThat(new Rounds(new double[][] {{5, 1, 3}}).median(0)).isEqualTo(3);
    assertThat(new Rounds(new double[][] {{4, 1, 8, 2}}).median(0)).isEqualTo(3);
    assertThat(new Rounds(new double[][] {{7}}).median(0)).isEqualTo(7);
  }

  /// What disturbs a round meets both: the quotient is taken first, then the median.
  @Test
  void ratio_ofTwo_isTheMedianOfTheRoundsRatios() {
    Rounds rounds = new Rounds(new double[][] {{1, 10, 1}, {2, 20, 8}});
    assertThat(rounds.ratio(0, 1)).isEqualTo(2);
    assertThat(rounds.median(1) / rounds.median(0)).isEqualTo(8);
    assertThat(rounds.ratio(1, 0)).isEqualTo(0.5);
    assertThat(rounds.count()).isEqualTo(3);
  }

  @Test
  void fastest_ofARange_hasTheSmallestMedian() {
    Rounds rounds = new Rounds(new double[][] {{1, 1, 1}, {4, 4, 0.1}, {3, 3, 9}, {2, 2, 2}});
    assertThat(rounds.fastest(1, 3)).hasValue(2);
    assertThat(rounds.fastest(0, 4)).hasValue(0);
    assertThat(rounds.fastest(1, 1)).isEmpty();
  }

  @Test
  void median_doesNotSortWhatRatiosAreTakenFrom() {
    Rounds rounds = new Rounds(new double[][] {{3, 2, 1}, {3, 2, 1}});
    rounds.median(0);
    assertThat(rounds.ratio(0, 1)).isEqualTo(1);
  }

  /// One sample of everybody a round, beginning with another one each time; a sample is one run where that takes long.
  @Test
  void of_twoContenders_takesTurns() throws Exception {
    List<Integer> order = new ArrayList<>();
    List<Contender> contenders = List.of(sleeper(0, order), sleeper(1, order));
    Rounds rounds = Rounds.of(contenders, 1, new Rounds.Stopwatch(Clock.WALL, 1, true));
    assertThat(rounds.count()).as("the fewest there are, whatever the budget").isEqualTo(5);
    assertThat(order.subList(order.size() - 10, order.size())).containsExactly(0, 1, 1, 0, 0, 1, 1, 0, 0, 1);
    // In seconds, however busy the machine.
    assertThat(rounds.median(0)).isBetween(0.04, 60.0);
  }

  private static Contender sleeper(int number, List<Integer> order) {
    return new Contender() {
      @Override
      public void run() throws InterruptedException {
        order.add(number);
        Thread.sleep(40);
      }

      @Override
      public float[] result(int count) {
        return new float[0];
      }
    };
  }
}
