package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// All 2^32 inputs of every function, on all cores: `-Dverdict.exhaustive=true`. Takes half a
/// minute on two cores; this is the proof that the functions are correctly rounded.
@EnabledIfSystemProperty(
    named = "verdict.exhaustive",
    matches = "true",
    disabledReason = "2^32 inputs a function; run with -Dverdict.exhaustive=true")
class ExhaustiveTest {
  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void all2To32Inputs_equalTheTruth(ElementaryFunction function) throws IOException {
    ChecksumTable table = function.table();
    long start = System.nanoTime();
    AtomicInteger done = new AtomicInteger();
    List<Integer> wrong =
        IntStream.range(0, BlockChecksum.BLOCKS)
            .parallel()
            .filter(
                block -> {
                  boolean equal =
                      BlockChecksum.of(block, function.scalar).equals(table.block(block));
                  int count = done.incrementAndGet();
                  if (count % 512 == 0) {
                    System.out.printf(
                        "%s: %d of %d blocks, %.1f s%n",
                        function, count, BlockChecksum.BLOCKS, (System.nanoTime() - start) / 1e9);
                  }
                  return !equal;
                })
            .boxed()
            .toList();
    assertThat(done).hasValue(BlockChecksum.BLOCKS);
    assertThat(wrong).as("blocks with a wrong result").isEmpty();
  }
}
