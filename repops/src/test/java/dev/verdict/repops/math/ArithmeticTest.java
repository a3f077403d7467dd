package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What TestFloat doesn't cover: NaN bits, signs of zero, integers and bit conversions.
class ArithmeticTest {
  private static final int NAN = 0x7fc00000;
  private static final int[] NANS = {
    0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff, 0x7fdead00
  };
  private static final long[] INTEGERS = {
    0, 1, -1, 2, -2, 3, 7, -7, 63, 64, 65, -64, 1L << 31, 1L << 32, -(1L << 32), 0x5555555555555555L,
    Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE, Long.MIN_VALUE + 1
  };

  private static float f(int bits) {
    return Float.intBitsToFloat(bits);
  }

  private static void assertBits(float actual, int expected) {
    assertThat(Float.floatToRawIntBits(actual)).isEqualTo(expected);
  }

  @Test
  void everyFloatOperation_nanOperand_givesCanonicalNan() {
    for (int nan : NANS) {
      float x = f(nan);
      for (float y : new float[] {0f, -0f, 1f, Float.POSITIVE_INFINITY, Float.MIN_VALUE, x}) {
        assertBits(Arithmetic.add(x, y), NAN);
        assertBits(Arithmetic.add(y, x), NAN);
        assertBits(Arithmetic.sub(x, y), NAN);
        assertBits(Arithmetic.sub(y, x), NAN);
        assertBits(Arithmetic.mul(x, y), NAN);
        assertBits(Arithmetic.mul(y, x), NAN);
        assertBits(Arithmetic.div(x, y), NAN);
        assertBits(Arithmetic.div(y, x), NAN);
        assertBits(Arithmetic.min(x, y), NAN);
        assertBits(Arithmetic.min(y, x), NAN);
        assertBits(Arithmetic.max(x, y), NAN);
        assertBits(Arithmetic.max(y, x), NAN);
        assertBits(Arithmetic.fma(x, y, 1f), NAN);
        assertBits(Arithmetic.fma(y, x, 1f), NAN);
        assertBits(Arithmetic.fma(1f, y, x), NAN);
        assertThat(Arithmetic.flt(x, y) + Arithmetic.flt(y, x)).isZero();
        assertThat(Arithmetic.fle(x, y) + Arithmetic.fle(y, x)).isZero();
        assertThat(Arithmetic.feq(x, y) + Arithmetic.feq(y, x)).isZero();
      }
      assertBits(Arithmetic.neg(x), NAN);
      assertBits(Arithmetic.abs(x), NAN);
      assertBits(Arithmetic.sqrt(x), NAN);
      assertBits(Arithmetic.canonical(x), NAN);
      assertBits(Arithmetic.select(1, x, 0f), NAN);
      assertBits(Arithmetic.bitsToF(nan), NAN);
      assertBits(Exp.exp(x), NAN);
      assertBits(Log.log(x), NAN);
      assertThat(Arithmetic.fToBits(x)).isEqualTo(NAN);
      assertThat(Arithmetic.ftoi(x)).isZero();
    }
  }

  @Test
  void invalidOperations_giveCanonicalNan() {
    float inf = Float.POSITIVE_INFINITY;
    assertBits(Arithmetic.sub(inf, inf), NAN);
    assertBits(Arithmetic.add(inf, -inf), NAN);
    assertBits(Arithmetic.mul(0f, -inf), NAN);
    assertBits(Arithmetic.div(0f, -0f), NAN);
    assertBits(Arithmetic.div(inf, inf), NAN);
    assertBits(Arithmetic.fma(0f, inf, 1f), NAN);
    assertBits(Arithmetic.fma(1f, inf, -inf), NAN);
    assertBits(Arithmetic.sqrt(-1f), NAN);
    assertBits(Arithmetic.sqrt(-Float.MIN_VALUE), NAN);
  }

  @Test
  void signsOfZero_areKept() {
    assertBits(Arithmetic.neg(0f), 0x80000000);
    assertBits(Arithmetic.neg(-0f), 0);
    assertBits(Arithmetic.abs(-0f), 0);
    assertBits(Arithmetic.sqrt(-0f), 0x80000000);
    assertBits(Arithmetic.min(0f, -0f), 0x80000000);
    assertBits(Arithmetic.min(-0f, 0f), 0x80000000);
    assertBits(Arithmetic.max(0f, -0f), 0);
    assertBits(Arithmetic.max(-0f, 0f), 0);
    assertBits(Arithmetic.add(-0f, -0f), 0x80000000);
    assertBits(Arithmetic.add(0f, -0f), 0);
    assertBits(Arithmetic.fma(0f, 0f, -0f), 0);
    assertBits(Arithmetic.fma(-0f, 0f, -0f), 0x80000000);
    assertBits(Arithmetic.select(0, 1f, -0f), 0x80000000);
    assertBits(Arithmetic.bitsToF(0x80000000L), 0x80000000);
    assertBits(Arithmetic.itof(0), 0);
    assertThat(Arithmetic.feq(0f, -0f)).isOne();
    assertThat(Arithmetic.flt(-0f, 0f)).isZero();
  }

  @Test
  void subnormals_areNotFlushed() {
    assertBits(Arithmetic.mul(Float.MIN_NORMAL, 0.5f), 0x00400000);
    assertBits(Arithmetic.add(Float.MIN_VALUE, Float.MIN_VALUE), 2);
    assertBits(Arithmetic.min(Float.MIN_VALUE, 1f), 1);
    assertBits(Arithmetic.mul(Float.MIN_VALUE, 0.5f), 0);
    assertBits(Arithmetic.fma(Float.MIN_VALUE, 0.5f, Float.MIN_VALUE), 2);
    assertThat(Arithmetic.flt(0f, Float.MIN_VALUE)).isOne();
  }

  @Test
  void fma_roundsOnceWhereMulThenAddRoundsTwice() {
    float a = 0x1.000002p0f;
    assertBits(Arithmetic.fma(a, a, -a * a), Float.floatToIntBits(0x1p-46f));
    assertBits(Arithmetic.add(Arithmetic.mul(a, a), -(a * a)), 0);
  }

  @Test
  void sqrt_randomInputs_isWithinHalfAnUlpExactly() {
    SplittableRandom random = seeded("sqrt", 0x51f1);
    for (int i = 0; i < 20_000; i++) {
      float x = f(random.nextInt() & 0x7fffffff);
      if (!(x > 0 && x < Float.POSITIVE_INFINITY)) {
        continue;
      }
      float root = Arithmetic.sqrt(x);
      BigDecimal exact = new BigDecimal(x);
      BigDecimal below = midpoint(Math.nextDown(root), root);
      BigDecimal above = midpoint(root, Math.nextUp(root));
      assertThat(exact).isBetween(below.multiply(below), above.multiply(above));
    }
  }

  private static BigDecimal midpoint(float a, float b) {
    return new BigDecimal(a).add(new BigDecimal(b)).divide(BigDecimal.TWO);
  }

  @Test
  void integerArithmetic_equalsBigIntegerModulo2To64() {
    SplittableRandom random = seeded("integers", 0x1d1f);
    for (int i = 0; i < 20_000; i++) {
      long a = i < 400 ? INTEGERS[i / 20] : random.nextLong() >> random.nextInt(64);
      long b = i < 400 ? INTEGERS[i % 20] : random.nextLong() >> random.nextInt(64);
      BigInteger bigA = BigInteger.valueOf(a);
      BigInteger bigB = BigInteger.valueOf(b);
      int distance = bigB.and(BigInteger.valueOf(63)).intValue();
      assertThat(Arithmetic.iadd(a, b)).isEqualTo(bigA.add(bigB).longValue());
      assertThat(Arithmetic.isub(a, b)).isEqualTo(bigA.subtract(bigB).longValue());
      assertThat(Arithmetic.imul(a, b)).isEqualTo(bigA.multiply(bigB).longValue());
      assertThat(Arithmetic.idiv(a, b)).isEqualTo(b == 0 ? 0 : bigA.divide(bigB).longValue());
      assertThat(Arithmetic.irem(a, b)).isEqualTo(b == 0 ? 0 : bigA.remainder(bigB).longValue());
      assertThat(Arithmetic.iand(a, b)).isEqualTo(bigA.and(bigB).longValue());
      assertThat(Arithmetic.ior(a, b)).isEqualTo(bigA.or(bigB).longValue());
      assertThat(Arithmetic.ixor(a, b)).isEqualTo(bigA.xor(bigB).longValue());
      assertThat(Arithmetic.ishl(a, b)).isEqualTo(bigA.shiftLeft(distance).longValue());
      assertThat(Arithmetic.ishr(a, b)).isEqualTo(bigA.shiftRight(distance).longValue());
      assertThat(Arithmetic.iushr(a, b))
          .isEqualTo(new BigInteger(Long.toUnsignedString(a)).shiftRight(distance).longValue());
      assertThat(Arithmetic.ilt(a, b)).isEqualTo(bigA.compareTo(bigB) < 0 ? 1 : 0);
      assertThat(Arithmetic.ile(a, b)).isEqualTo(bigA.compareTo(bigB) <= 0 ? 1 : 0);
      assertThat(Arithmetic.ieq(a, b)).isEqualTo(bigA.equals(bigB) ? 1 : 0);
    }
  }

  @Test
  void division_atItsEdges_isTotal() {
    assertThat(Arithmetic.idiv(Long.MIN_VALUE, -1)).isEqualTo(Long.MIN_VALUE);
    assertThat(Arithmetic.irem(Long.MIN_VALUE, -1)).isZero();
    assertThat(Arithmetic.idiv(5, 0)).isZero();
    assertThat(Arithmetic.irem(5, 0)).isZero();
    assertThat(Arithmetic.idiv(-7, 2)).isEqualTo(-3);
    assertThat(Arithmetic.irem(-7, 2)).isEqualTo(-1);
  }

  @Test
  void bitConversions_useTheLow32BitsAndZeroExtend() {
    assertThat(Arithmetic.fToBits(-0f)).isEqualTo(0x80000000L);
    assertThat(Arithmetic.fToBits(Float.NEGATIVE_INFINITY)).isEqualTo(0xff800000L);
    assertBits(Arithmetic.bitsToF(0x1234_5678_3f80_0000L), 0x3f800000);
    assertBits(Arithmetic.bitsToF(-1), NAN);
    SplittableRandom random = seeded("bits", 0xb175);
    for (int i = 0; i < 10_000; i++) {
      long x = random.nextLong();
      float value = Arithmetic.bitsToF(x);
      assertThat(Arithmetic.fToBits(value))
          .isEqualTo(value != value ? NAN : x & 0xffff_ffffL);
    }
  }

  @Test
  void select_anyNonzeroConditionIsTrue() {
    assertThat(Arithmetic.select(0, 1L, 2L)).isEqualTo(2);
    assertThat(Arithmetic.select(1, 1L, 2L)).isEqualTo(1);
    assertThat(Arithmetic.select(1L << 32, 1L, 2L)).isEqualTo(1);
    assertThat(Arithmetic.select(Long.MIN_VALUE, 1f, 2f)).isEqualTo(1f);
  }

  private static SplittableRandom seeded(String name, long seed) {
    System.out.printf("ArithmeticTest %s: seed %#x%n", name, seed);
    return new SplittableRandom(seed);
  }
}
