package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Positions against a table of all of them.
class PositionsTest {
  private static long[] table(long offset, long[] dims, long[] strides) {
    long[] at = {offset};
    for (int d = 0; d < dims.length; d++) {
      long[] next = new long[at.length * (int) dims[d]];
      for (int i = 0; i < next.length; i++) {
        next[i] = at[i / (int) dims[d]] + strides[d] * (i % dims[d]);
      }
      at = next;
    }
    return at;
  }

  @Test
  void write_anyStretch_equalsTheTable() {
    Random random = new Random(1);
    Stretch stretch = new Stretch(1 << 12);
    for (int i = 0; i < 3000; i++) {
      int rank = random.nextInt(5);
      long[] dims = new long[rank];
      long[] strides = new long[rank];
      long tight = random.nextInt(3);
      for (int d = rank - 1; d >= 0; d--) {
        dims[d] = 1 + random.nextInt(6);
        strides[d] = random.nextBoolean() ? tight : random.nextInt(41) - 20;
        tight = strides[d] * dims[d];
      }
      long offset = random.nextLong(1L << 40);
      long[] expected = table(offset, dims, strides);
      Positions positions = Positions.of(offset, dims, strides);
      assertThat(positions.count()).isEqualTo(expected.length);
      for (int j = 0; j < expected.length; j++) {
        assertThat(positions.at(j)).isEqualTo(expected[j]);
      }
      for (int j = 0; j < 4; j++) {
        int first = random.nextInt(expected.length);
        int count = 1 + random.nextInt(expected.length - first);
        assertThat(stretch.of(positions, first, count)).isSameAs(stretch);
        for (int k = 0; k < count; k++) {
          String place = "%s by %s from %s, %s".formatted(
              Arrays.toString(dims), Arrays.toString(strides), first, k);
          assertThat(stretch.at()[k]).as(place).isEqualTo(expected[first + k]);
          int run = stretch.run()[k];
          assertThat(run).as(place).isBetween(1, expected.length - first - k);
          for (int r = 0; r < run; r++) {
            assertThat(expected[first + k + r]).as("run of %s", place).isEqualTo(expected[first + k] + r);
          }
        }
      }
    }
  }

  @Test
  void of_neighboursThatLieAsOne_areOne() {
    Positions whole = Positions.of(3, new long[] {4, 1, 5}, new long[] {5, 99, 1});
    assertThat(whole.areNeighbours()).isTrue();
    assertThat(whole.line()).isEqualTo(20);
    assertThat(new Stretch(20).of(whole, 0, 20).run()).startsWith(20, 19, 18).endsWith(2, 1);
    Positions image = Positions.of(0, new long[] {4, 5}, new long[] {7, 1});
    assertThat(image.areNeighbours()).isFalse();
    assertThat(image.line()).isEqualTo(5);
    assertThat(new Stretch(7).of(image, 3, 7).run()).containsExactly(2, 1, 5, 4, 3, 2, 1);
    assertThat(Positions.of(7, new long[0], new long[0]).areNeighbours()).isTrue();
  }

  @Test
  void areApart_fewNeighbours_isTrue() {
    assertThat(Positions.of(0, new long[] {9, 3}, new long[] {4, 1}).areApart()).isTrue();
    assertThat(Positions.of(0, new long[] {9, 4}, new long[] {5, 1}).areApart()).isFalse();
    assertThat(Positions.of(0, new long[] {3}, new long[] {1}).areApart()).as("a single run").isFalse();
    assertThat(Positions.of(0, new long[] {2}, new long[] {0}).areApart()).isTrue();
    assertThat(Positions.of(0, new long[] {1}, new long[] {5}).areApart()).isFalse();
  }

  @Test
  void stretch_askedForOthersAndAgain_hasThoseAskedForLast() {
    Positions a = Positions.of(0, new long[] {3, 4}, new long[] {10, 2});
    Positions b = Positions.of(1, new long[] {3, 4}, new long[] {10, 2});
    Stretch stretch = new Stretch(12);
    assertThat(stretch.of(a, 2, 4).at()).startsWith(4, 6, 10, 12);
    assertThat(stretch.of(a, 2, 2).at()).startsWith(4, 6);
    assertThat(stretch.of(a, 2, 6).at()).startsWith(4, 6, 10, 12, 14, 16);
    assertThat(stretch.of(b, 2, 6).at()).startsWith(5, 7, 11, 13, 15, 17);
    assertThat(stretch.of(b, 3, 6).at()).startsWith(7, 11, 13, 15, 17, 21);
  }
}
