package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// All 2^32 inputs of every function, on all cores: `-Dverdict.exhaustive=true`. Takes five
/// minutes on two cores; this is the proof that the functions are correctly rounded.
@EnabledIfSystemProperty(
    named = "verdict.exhaustive",
    matches = "true",
    disabledReason = "2^32 inputs a function; run with -Dverdict.exhaustive=true")
class ExhaustiveTest {
  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void all2To32Inputs_scalar_equalTheTruth(ElementaryFunction function) throws IOException {
    assertAllBlocks(function, "scalar", block -> BlockChecksum.of(block, function.scalar));
  }

  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void all2To32Inputs_vectors_equalTheTruth(ElementaryFunction function) throws IOException {
    ThreadLocal<float[]> arguments =
        ThreadLocal.withInitial(() -> new float[BlockChecksum.BLOCK_SIZE]);
    ThreadLocal<float[]> results =
        ThreadLocal.withInitial(() -> new float[BlockChecksum.BLOCK_SIZE]);
    assertAllBlocks(
        function,
        Elementary.vectorBits() + " bits",
        block -> {
          float[] values = arguments.get();
          int first = BlockChecksum.firstInput(block);
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(first + i);
          }
          function.vector.accept(MemorySegment.ofArray(results.get()), MemorySegment.ofArray(values));
          return BlockChecksum.ofResults(block, results.get());
        });
  }

  private static void assertAllBlocks(
      ElementaryFunction function, String how, IntFunction<BlockChecksum> checksum)
      throws IOException {
    ChecksumTable table = function.table();
    long start = System.nanoTime();
    AtomicInteger done = new AtomicInteger();
    List<Integer> wrong =
        IntStream.range(0, BlockChecksum.BLOCKS)
            .parallel()
            .filter(
                block -> {
                  boolean equal = checksum.apply(block).equals(table.block(block));
                  int count = done.incrementAndGet();
                  if (count % 512 == 0) {
                    System.out.printf(
                        "%s %s: %d of %d blocks, %.1f s%n",
                        function,
                        how,
                        count,
                        BlockChecksum.BLOCKS,
                        (System.nanoTime() - start) / 1e9);
                  }
                  return !equal;
                })
            .boxed()
            .toList();
    assertThat(done).hasValue(BlockChecksum.BLOCKS);
    assertThat(wrong).as("blocks with a wrong result").isEmpty();
  }
}
