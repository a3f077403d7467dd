package dev.verdict.repops.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.math.BlockChecksum;
import dev.verdict.repops.math.ChecksumTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The driver of the exhaustive check, on the few blocks at the beginning; all of them are ExhaustiveTest's.
class ExhaustiveBlocksTest {
  private static final int BLOCKS = 5;

  private static ChecksumTable exp() {
    return ChecksumTable.parse(TestVectors.lines("elementary/exp.blocks.txt"));
  }

  @ParameterizedTest
  @EnumSource(Exhaustive.Path.class)
  void wrongBlocks_rightFunction_areNone(Exhaustive.Path path) {
    AtomicInteger seen = new AtomicInteger();
    assertThat(Exhaustive.wrongBlocks(Exhaustive.checksums(Opcode.EXP, path), exp(), BLOCKS, 2,
        done -> seen.incrementAndGet())).isEmpty();
    assertThat(seen).hasValue(BLOCKS);
  }

  @Test
  void wrongBlocks_anotherFunction_areThoseWhereTheyDiffer() {
    assertThat(Exhaustive.wrongBlocks(
        block -> block == 3 ? BlockChecksum.of(3, x -> 2f) : Exhaustive.checksums(Opcode.EXP, Exhaustive.Path.VECTOR)
            .apply(block), exp(), BLOCKS, 2, done -> {})).isEqualTo(List.of(3));
  }

  @Test
  void wrongBlocks_functionThatThrows_throws() {
    assertThatThrownBy(() -> Exhaustive.wrongBlocks(block -> {
      throw new ArithmeticException("no");
    }, exp(), BLOCKS, 2, done -> {})).isInstanceOf(IllegalStateException.class).hasMessageContaining("no");
  }

  @Test
  void checksums_ofNoElementaryFunction_isRefused() {
    assertThatThrownBy(() -> Exhaustive.checksums(Opcode.ADD, Exhaustive.Path.SCALAR))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("ADD");
  }
}
