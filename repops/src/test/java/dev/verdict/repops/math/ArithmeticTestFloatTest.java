package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `Arithmetic` against every case of Berkeley TestFloat that the project keeps.
class ArithmeticTestFloatTest {
  /// An operation on raw register bits: operands as in the file, result as in the file.
  @FunctionalInterface
  private interface RawOperation {
    long apply(long a, long b, long c);
  }

  private enum Operation {
    ADD("f32_add", 46_464, 2, (a, b, c) -> bits(Arithmetic.add(f(a), f(b)))),
    SUB("f32_sub", 46_464, 2, (a, b, c) -> bits(Arithmetic.sub(f(a), f(b)))),
    MUL("f32_mul", 46_464, 2, (a, b, c) -> bits(Arithmetic.mul(f(a), f(b)))),
    DIV("f32_div", 46_464, 2, (a, b, c) -> bits(Arithmetic.div(f(a), f(b)))),
    FMA(
        "f32_mulAdd.every31st",
        197_847,
        3,
        (a, b, c) -> bits(Arithmetic.fma(f(a), f(b), f(c)))),
    SQRT("f32_sqrt", 600, 1, (a, b, c) -> bits(Arithmetic.sqrt(f(a)))),
    FLT("f32_lt", 46_464, 2, (a, b, c) -> Arithmetic.flt(f(a), f(b))),
    FLE("f32_le", 46_464, 2, (a, b, c) -> Arithmetic.fle(f(a), f(b))),
    FEQ("f32_eq", 46_464, 2, (a, b, c) -> Arithmetic.feq(f(a), f(b))),
    FTOI("f32_to_i64.rminMag", 600, 1, (a, b, c) -> Arithmetic.ftoi(f(a))),
    ITOF("i64_to_f32", 756, 1, (a, b, c) -> bits(Arithmetic.itof(a)));

    final String file;
    final int cases;
    final int arity;
    final RawOperation raw;

    Operation(String file, int cases, int arity, RawOperation raw) {
      this.file = file;
      this.cases = cases;
      this.arity = arity;
      this.raw = raw;
    }

    List<String> lines() throws IOException {
      return TestData.gzipLines("testfloat/" + file + ".txt.gz");
    }

    // The operand keeps its own NaN bits: the operation under test must canonicalise, not this.
    private static float f(long bits) {
      return Float.intBitsToFloat((int) bits);
    }

    private static long bits(float x) {
      return Integer.toUnsignedLong(Float.floatToRawIntBits(x));
    }
  }

  /// How many lines `raw` gets wrong.
  private static int wrong(List<String> lines, int arity, RawOperation raw) {
    int wrong = 0;
    for (String line : lines) {
      String[] fields = line.split(" ");
      assertThat(fields).as(line).hasSize(arity + 2);
      long a = Long.parseUnsignedLong(fields[0], 16);
      long b = arity > 1 ? Long.parseUnsignedLong(fields[1], 16) : 0;
      long c = arity > 2 ? Long.parseUnsignedLong(fields[2], 16) : 0;
      if (raw.apply(a, b, c) != Long.parseUnsignedLong(fields[arity], 16)) {
        wrong++;
      }
    }
    return wrong;
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyCase_equalsTestFloat(Operation operation) throws IOException {
    List<String> lines = operation.lines();
    assertThat(lines).hasSize(operation.cases);
    assertThat(wrong(lines, operation.arity, operation.raw)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyCase_resultOneBitWrong_isCaught(Operation operation) throws IOException {
    List<String> lines = operation.lines();
    for (int bit : new int[] {0, 22, 31}) {
      long flip = 1L << bit;
      RawOperation mutated = (a, b, c) -> operation.raw.apply(a, b, c) ^ flip;
      assertThat(wrong(lines, operation.arity, mutated)).isEqualTo(operation.cases);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyCase_oneResultWrong_isCaughtOnce(Operation operation) throws IOException {
    List<String> lines = operation.lines();
    int[] calls = {0};
    RawOperation mutated =
        (a, b, c) -> operation.raw.apply(a, b, c) ^ (calls[0]++ == operation.cases / 2 ? 1 : 0);
    assertThat(wrong(lines, operation.arity, mutated)).isOne();
  }
}
