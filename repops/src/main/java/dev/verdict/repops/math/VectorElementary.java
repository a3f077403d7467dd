package dev.verdict.repops.math;

import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [Exp] and [Log] a vector at a time: the same operations on the same constants in the same order,
/// lane by lane, so that each lane's bits are the scalar function's. Where the scalar code branches,
/// lanes are blended. Read the methods there.
///
/// The loops are written out, constants and all: a helper that takes vectors may box them, and a
/// species that isn't a static constant always does.
final class VectorElementary {
  static final VectorSpecies<Double> DOUBLES = species();
  static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(
          float.class, VectorShape.forBitSize(Math.max(64, DOUBLES.vectorBitSize() / 2)));

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private VectorElementary() {}

  private static VectorSpecies<Double> species() {
    Integer bits = Integer.getInteger("verdict.vectorBits");
    if (bits == null) {
      return DoubleVector.SPECIES_PREFERRED;
    }
    return switch (bits) {
      case 128 -> DoubleVector.SPECIES_128;
      case 256 -> DoubleVector.SPECIES_256;
      case 512 -> DoubleVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              "verdict.vectorBits must be 0, 128, 256 or 512, not " + bits);
    };
  }

  /// Whether the chosen width pays. Measured on JDK 25, x86, ns an element (exp, log): 512 bits 0.64,
  /// 1.1; 256 bits 1.1, 2.1; 128 bits 35, 40, since vectors of two floats aren't compiled to vector
  /// code; scalar 3.5, 7.
  static boolean isFasterThanScalar() {
    return DOUBLES.length() >= 4;
  }

  static void exp(MemorySegment out, MemorySegment in) {
    DoubleVector upper = DoubleVector.broadcast(DOUBLES, Exp.UPPER);
    DoubleVector lower = DoubleVector.broadcast(DOUBLES, Exp.LOWER);
    DoubleVector inverse = DoubleVector.broadcast(DOUBLES, Ln2.INVERSE);
    DoubleVector toInteger = DoubleVector.broadcast(DOUBLES, Exp.TO_INTEGER);
    DoubleVector minusHigh = DoubleVector.broadcast(DOUBLES, -Ln2.HI);
    DoubleVector minusLow = DoubleVector.broadcast(DOUBLES, -Ln2.LO);
    DoubleVector one = DoubleVector.broadcast(DOUBLES, 1.0);
    DoubleVector c2 = DoubleVector.broadcast(DOUBLES, Exp.C2);
    DoubleVector c3 = DoubleVector.broadcast(DOUBLES, Exp.C3);
    DoubleVector c4 = DoubleVector.broadcast(DOUBLES, Exp.C4);
    DoubleVector c5 = DoubleVector.broadcast(DOUBLES, Exp.C5);
    DoubleVector c6 = DoubleVector.broadcast(DOUBLES, Exp.C6);
    DoubleVector c7 = DoubleVector.broadcast(DOUBLES, Exp.C7);
    DoubleVector c8 = DoubleVector.broadcast(DOUBLES, Exp.C8);
    DoubleVector c9 = DoubleVector.broadcast(DOUBLES, Exp.C9);
    DoubleVector c10 = DoubleVector.broadcast(DOUBLES, Exp.C10);
    DoubleVector c11 = DoubleVector.broadcast(DOUBLES, Exp.C11);
    DoubleVector c12 = DoubleVector.broadcast(DOUBLES, Exp.C12);
    DoubleVector c13 = DoubleVector.broadcast(DOUBLES, Exp.C13);

    long stepBytes = FLOATS.vectorByteSize();
    long bound = in.byteSize() - in.byteSize() % stepBytes;
    for (long at = 0; at < bound; at += stepBytes) {
      FloatVector x = FloatVector.fromMemorySegment(FLOATS, in, at, ORDER);
      DoubleVector d = (DoubleVector) x.convertShape(F2D, DOUBLES, 0);
      d = d.blend(upper, d.compare(GT, upper));
      d = d.blend(lower, d.compare(LT, lower));

      DoubleVector t = d.fma(inverse, toInteger);
      DoubleVector k = t.sub(toInteger);
      DoubleVector r = k.fma(minusLow, k.fma(minusHigh, d));

      DoubleVector p =
          c13.fma(r, c12)
              .fma(r, c11)
              .fma(r, c10)
              .fma(r, c9)
              .fma(r, c8)
              .fma(r, c7)
              .fma(r, c6)
              .fma(r, c5)
              .fma(r, c4)
              .fma(r, c3)
              .fma(r, c2)
              .fma(r, one)
              .fma(r, one);

      DoubleVector scale =
          t.reinterpretAsLongs().add(1023).lanewise(LSHL, 52).reinterpretAsDoubles();
      FloatVector y = (FloatVector) p.mul(scale).convertShape(D2F, FLOATS, 0);
      y = y.blend(Float.NaN, y.compare(NE, y));
      y.intoMemorySegment(out, at, ORDER);
    }
    ScalarElementary.exp(out, in, bound);
  }

  static void log(MemorySegment out, MemorySegment in) {
    DoubleVector one = DoubleVector.broadcast(DOUBLES, 1.0);
    DoubleVector two = DoubleVector.broadcast(DOUBLES, 2.0);
    DoubleVector twoTo52 = DoubleVector.broadcast(DOUBLES, Log.TWO_TO_52_BIASED);
    DoubleVector ln2High = DoubleVector.broadcast(DOUBLES, Ln2.HI);
    DoubleVector ln2Low = DoubleVector.broadcast(DOUBLES, Ln2.LO);
    DoubleVector c1 = DoubleVector.broadcast(DOUBLES, Log.C1);
    DoubleVector c2 = DoubleVector.broadcast(DOUBLES, Log.C2);
    DoubleVector c3 = DoubleVector.broadcast(DOUBLES, Log.C3);
    DoubleVector c4 = DoubleVector.broadcast(DOUBLES, Log.C4);
    DoubleVector c5 = DoubleVector.broadcast(DOUBLES, Log.C5);
    DoubleVector c6 = DoubleVector.broadcast(DOUBLES, Log.C6);
    DoubleVector c7 = DoubleVector.broadcast(DOUBLES, Log.C7);
    DoubleVector c8 = DoubleVector.broadcast(DOUBLES, Log.C8);
    DoubleVector c9 = DoubleVector.broadcast(DOUBLES, Log.C9);
    DoubleVector c10 = DoubleVector.broadcast(DOUBLES, Log.C10);
    DoubleVector c11 = DoubleVector.broadcast(DOUBLES, Log.C11);

    long stepBytes = FLOATS.vectorByteSize();
    long bound = in.byteSize() - in.byteSize() % stepBytes;
    for (long at = 0; at < bound; at += stepBytes) {
      FloatVector x = FloatVector.fromMemorySegment(FLOATS, in, at, ORDER);
      LongVector bits = ((DoubleVector) x.convertShape(F2D, DOUBLES, 0)).reinterpretAsLongs();
      LongVector kBiased = bits.add(Log.ONE_BITS - Log.SQRT_HALF_BITS).lanewise(LSHR, 52);
      DoubleVector k = kBiased.or(Log.TWO_TO_52_BITS).reinterpretAsDoubles().sub(twoTo52);
      DoubleVector f =
          bits.sub(kBiased.lanewise(LSHL, 52)).add(Log.ONE_BITS).reinterpretAsDoubles().sub(one);

      DoubleVector u = f.add(two);
      DoubleVector inverse = one.div(u);
      DoubleVector s = f.mul(inverse);
      DoubleVector sLow = s.neg().fma(u, f).mul(inverse);

      DoubleVector z = s.mul(s);
      DoubleVector q =
          c11.fma(z, c10)
              .fma(z, c9)
              .fma(z, c8)
              .fma(z, c7)
              .fma(z, c6)
              .fma(z, c5)
              .fma(z, c4)
              .fma(z, c3)
              .fma(z, c2)
              .fma(z, c1);
      DoubleVector tail = s.mul(z).fma(q, sLow.mul(two));

      DoubleVector kLn2 = k.mul(ln2High);
      DoubleVector twoS = s.mul(two);
      DoubleVector high = kLn2.add(twoS);
      DoubleVector highError = kLn2.sub(high).add(twoS);
      DoubleVector low = highError.add(k.fma(ln2Low, tail));

      DoubleVector sum = high.add(low);
      DoubleVector sumError = high.sub(sum).add(low);
      LongVector sumBits = sum.reinterpretAsLongs();
      LongVector differ = sumBits.lanewise(XOR, sumError.reinterpretAsLongs()).lanewise(LSHR, 63);
      DoubleVector odd = sumBits.sub(differ).or(1L).reinterpretAsDoubles();

      FloatVector y = (FloatVector) odd.convertShape(D2F, FLOATS, 0);
      y = y.blend(Float.NaN, x.compare(GE, 0f).not());
      y = y.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0f));
      y = y.blend(Float.POSITIVE_INFINITY, x.compare(EQ, Float.POSITIVE_INFINITY));
      y.intoMemorySegment(out, at, ORDER);
    }
    ScalarElementary.log(out, in, bound);
  }
}
