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
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The elementary functions a vector at a time: the same operations on the same constants in the same order,
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

  /// Whether the chosen width pays. Measured on JDK 25, x86, ns an element (exp, log, tanh, erf, sin): 512 bits 0.6,
  /// 1.0, 0.7, 1.4, 1.1; 256 bits 1.1, 2.0, 1.3, 2.7, 2.2; 128 bits 35 and more, since vectors of two floats aren't
  /// compiled to vector code; scalar 3.5, 8, 4.6, 8, 14.
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
    ScalarElementary.exp(out, in, bound, in.byteSize());
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
    ScalarElementary.log(out, in, bound, in.byteSize());
  }

  static void tanh(MemorySegment out, MemorySegment in) {
    DoubleVector upper = DoubleVector.broadcast(DOUBLES, Tanh.UPPER);
    DoubleVector inverse = DoubleVector.broadcast(DOUBLES, Ln2.INVERSE);
    DoubleVector toInteger = DoubleVector.broadcast(DOUBLES, Exp.TO_INTEGER);
    DoubleVector minusHigh = DoubleVector.broadcast(DOUBLES, -Ln2.HI);
    DoubleVector minusLow = DoubleVector.broadcast(DOUBLES, -Ln2.LO);
    DoubleVector one = DoubleVector.broadcast(DOUBLES, 1.0);
    DoubleVector two = DoubleVector.broadcast(DOUBLES, 2.0);
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
      DoubleVector signed = (DoubleVector) x.convertShape(F2D, DOUBLES, 0);
      DoubleVector a = signed.abs();
      a = a.blend(upper, a.compare(GT, upper));
      DoubleVector d = a.add(a);

      DoubleVector t = d.fma(inverse, toInteger);
      DoubleVector k = t.sub(toInteger);
      DoubleVector r = k.fma(minusLow, k.fma(minusHigh, d));

      DoubleVector q =
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
              .fma(r, c2);
      DoubleVector p = r.mul(r).fma(q, r);

      DoubleVector scale =
          t.reinterpretAsLongs().add(1023).lanewise(LSHL, 52).reinterpretAsDoubles();
      DoubleVector e = p.fma(scale, scale.sub(one));
      LongVector sign = signed.reinterpretAsLongs().and(Long.MIN_VALUE);
      DoubleVector quotient =
          e.div(e.add(two)).reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      FloatVector y = (FloatVector) quotient.convertShape(D2F, FLOATS, 0);
      y = y.blend(Float.NaN, y.compare(NE, y));
      y.intoMemorySegment(out, at, ORDER);
    }
    ScalarElementary.tanh(out, in, bound, in.byteSize());
  }

  static void erf(MemorySegment out, MemorySegment in) {
    DoubleVector middle = DoubleVector.broadcast(DOUBLES, Erf.MIDDLE);
    DoubleVector upper = DoubleVector.broadcast(DOUBLES, Erf.UPPER);
    DoubleVector headHigh = DoubleVector.broadcast(DOUBLES, Erf.HEAD_HI);
    DoubleVector headLow = DoubleVector.broadcast(DOUBLES, Erf.HEAD_LO);
    DoubleVector s1 = DoubleVector.broadcast(DOUBLES, Erf.S1);
    DoubleVector s2 = DoubleVector.broadcast(DOUBLES, Erf.S2);
    DoubleVector s3 = DoubleVector.broadcast(DOUBLES, Erf.S3);
    DoubleVector s4 = DoubleVector.broadcast(DOUBLES, Erf.S4);
    DoubleVector s5 = DoubleVector.broadcast(DOUBLES, Erf.S5);
    DoubleVector s6 = DoubleVector.broadcast(DOUBLES, Erf.S6);
    DoubleVector s7 = DoubleVector.broadcast(DOUBLES, Erf.S7);
    DoubleVector s8 = DoubleVector.broadcast(DOUBLES, Erf.S8);
    DoubleVector s9 = DoubleVector.broadcast(DOUBLES, Erf.S9);
    DoubleVector s10 = DoubleVector.broadcast(DOUBLES, Erf.S10);
    DoubleVector s11 = DoubleVector.broadcast(DOUBLES, Erf.S11);
    DoubleVector s12 = DoubleVector.broadcast(DOUBLES, Erf.S12);
    DoubleVector g0 = DoubleVector.broadcast(DOUBLES, Erf.G0);
    DoubleVector g1 = DoubleVector.broadcast(DOUBLES, Erf.G1);
    DoubleVector g2 = DoubleVector.broadcast(DOUBLES, Erf.G2);
    DoubleVector g3 = DoubleVector.broadcast(DOUBLES, Erf.G3);
    DoubleVector g4 = DoubleVector.broadcast(DOUBLES, Erf.G4);
    DoubleVector g5 = DoubleVector.broadcast(DOUBLES, Erf.G5);
    DoubleVector g6 = DoubleVector.broadcast(DOUBLES, Erf.G6);
    DoubleVector g7 = DoubleVector.broadcast(DOUBLES, Erf.G7);
    DoubleVector g8 = DoubleVector.broadcast(DOUBLES, Erf.G8);
    DoubleVector g9 = DoubleVector.broadcast(DOUBLES, Erf.G9);
    DoubleVector g10 = DoubleVector.broadcast(DOUBLES, Erf.G10);
    DoubleVector g11 = DoubleVector.broadcast(DOUBLES, Erf.G11);
    DoubleVector g12 = DoubleVector.broadcast(DOUBLES, Erf.G12);
    DoubleVector g13 = DoubleVector.broadcast(DOUBLES, Erf.G13);
    DoubleVector g14 = DoubleVector.broadcast(DOUBLES, Erf.G14);
    DoubleVector two = DoubleVector.broadcast(DOUBLES, 2.0);
    DoubleVector three = DoubleVector.broadcast(DOUBLES, 3.0);
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
      DoubleVector signed = (DoubleVector) x.convertShape(F2D, DOUBLES, 0);
      DoubleVector a = signed.abs();
      a = a.blend(upper, a.compare(GT, upper));
      DoubleVector z = a.mul(a);

      DoubleVector s =
          s12.fma(z, s11)
              .fma(z, s10)
              .fma(z, s9)
              .fma(z, s8)
              .fma(z, s7)
              .fma(z, s6)
              .fma(z, s5)
              .fma(z, s4)
              .fma(z, s3)
              .fma(z, s2)
              .fma(z, s1)
              .fma(z, headLow);

      DoubleVector u = a.sub(two).div(a.add(three));
      DoubleVector g =
          g14.fma(u, g13)
              .fma(u, g12)
              .fma(u, g11)
              .fma(u, g10)
              .fma(u, g9)
              .fma(u, g8)
              .fma(u, g7)
              .fma(u, g6)
              .fma(u, g5)
              .fma(u, g4)
              .fma(u, g3)
              .fma(u, g2)
              .fma(u, g1)
              .fma(u, g0);
      DoubleVector d = z.neg();
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

      VectorMask<Double> small = a.compare(LT, middle);
      DoubleVector high = one.blend(a.mul(headHigh), small);
      DoubleVector low = p.mul(scale).mul(g).neg().blend(a.mul(s), small);
      DoubleVector sum = high.add(low);
      DoubleVector error = high.sub(sum).add(low);
      LongVector sumBits = sum.reinterpretAsLongs();
      LongVector differ = sumBits.lanewise(XOR, error.reinterpretAsLongs()).lanewise(LSHR, 63);
      LongVector sign = signed.reinterpretAsLongs().and(Long.MIN_VALUE);
      DoubleVector odd = sumBits.sub(differ).or(1).or(sign).reinterpretAsDoubles();
      FloatVector y = (FloatVector) odd.convertShape(D2F, FLOATS, 0);
      y = y.blend(Float.NaN, y.compare(NE, y));
      y.intoMemorySegment(out, at, ORDER);
    }
    ScalarElementary.erf(out, in, bound, in.byteSize());
  }

  static void sin(MemorySegment out, MemorySegment in) {
    circular(out, in, true);
  }

  static void cos(MemorySegment out, MemorySegment in) {
    circular(out, in, false);
  }

  /// [Circular] for vectors whose lanes are all within its first reduction; the others go through the scalar code.
  private static void circular(MemorySegment out, MemorySegment in, boolean sine) {
    long quarterTurns = sine ? 0 : 1;
    long signMask = sine ? Long.MIN_VALUE : 0;
    DoubleVector twoOverPi = DoubleVector.broadcast(DOUBLES, Circular.TWO_OVER_PI);
    DoubleVector toInteger = DoubleVector.broadcast(DOUBLES, Exp.TO_INTEGER);
    DoubleVector minusFirst = DoubleVector.broadcast(DOUBLES, -Circular.HALF_PI_1);
    DoubleVector halfPi2 = DoubleVector.broadcast(DOUBLES, Circular.HALF_PI_2);
    DoubleVector minusThird = DoubleVector.broadcast(DOUBLES, -Circular.HALF_PI_3);
    DoubleVector minusHalf = DoubleVector.broadcast(DOUBLES, -0.5);
    DoubleVector one = DoubleVector.broadcast(DOUBLES, 1.0);
    DoubleVector s1 = DoubleVector.broadcast(DOUBLES, Circular.S1);
    DoubleVector s2 = DoubleVector.broadcast(DOUBLES, Circular.S2);
    DoubleVector s3 = DoubleVector.broadcast(DOUBLES, Circular.S3);
    DoubleVector s4 = DoubleVector.broadcast(DOUBLES, Circular.S4);
    DoubleVector s5 = DoubleVector.broadcast(DOUBLES, Circular.S5);
    DoubleVector s6 = DoubleVector.broadcast(DOUBLES, Circular.S6);
    DoubleVector s7 = DoubleVector.broadcast(DOUBLES, Circular.S7);
    DoubleVector s8 = DoubleVector.broadcast(DOUBLES, Circular.S8);
    DoubleVector c2 = DoubleVector.broadcast(DOUBLES, Circular.C2);
    DoubleVector c3 = DoubleVector.broadcast(DOUBLES, Circular.C3);
    DoubleVector c4 = DoubleVector.broadcast(DOUBLES, Circular.C4);
    DoubleVector c5 = DoubleVector.broadcast(DOUBLES, Circular.C5);
    DoubleVector c6 = DoubleVector.broadcast(DOUBLES, Circular.C6);
    DoubleVector c7 = DoubleVector.broadcast(DOUBLES, Circular.C7);
    DoubleVector c8 = DoubleVector.broadcast(DOUBLES, Circular.C8);
    DoubleVector c9 = DoubleVector.broadcast(DOUBLES, Circular.C9);

    long stepBytes = FLOATS.vectorByteSize();
    long bound = in.byteSize() - in.byteSize() % stepBytes;
    for (long at = 0; at < bound; at += stepBytes) {
      FloatVector x = FloatVector.fromMemorySegment(FLOATS, in, at, ORDER);
      if (!x.abs().compare(LT, Circular.LARGE).allTrue()) {
        if (sine) {
          ScalarElementary.sin(out, in, at, at + stepBytes);
        } else {
          ScalarElementary.cos(out, in, at, at + stepBytes);
        }
        continue;
      }
      DoubleVector signed = (DoubleVector) x.convertShape(F2D, DOUBLES, 0);
      DoubleVector a = signed.abs();
      DoubleVector t = a.fma(twoOverPi, toInteger);
      DoubleVector k = t.sub(toInteger);
      LongVector turns = t.reinterpretAsLongs().add(quarterTurns);
      DoubleVector first = k.fma(minusFirst, a);
      DoubleVector second = k.mul(halfPi2);
      DoubleVector rest = first.sub(second);
      DoubleVector part = rest.sub(first);
      DoubleVector restLow = first.sub(rest.sub(part)).sub(second.add(part));
      restLow = k.fma(minusThird, restLow);
      DoubleVector r = rest.add(restLow);
      DoubleVector rLow = rest.sub(r).add(restLow);

      DoubleVector z = r.mul(r);
      DoubleVector s =
          s8.fma(z, s7)
              .fma(z, s6)
              .fma(z, s5)
              .fma(z, s4)
              .fma(z, s3)
              .fma(z, s2)
              .fma(z, s1);
      DoubleVector sineLow = r.mul(z).fma(s, minusHalf.mul(z).fma(rLow, rLow));

      DoubleVector c =
          c9.fma(z, c8)
              .fma(z, c7)
              .fma(z, c6)
              .fma(z, c5)
              .fma(z, c4)
              .fma(z, c3)
              .fma(z, c2);
      DoubleVector zLow = r.add(r).fma(rLow, r.fma(r, z.neg()));
      DoubleVector cosine = minusHalf.fma(z, one);
      DoubleVector cosineError = minusHalf.fma(z, one.sub(cosine));
      DoubleVector cosineLow = z.mul(z).fma(c, minusHalf.fma(zLow, cosineError));

      VectorMask<Double> isSine = turns.and(1).compare(EQ, 0).cast(DOUBLES);
      DoubleVector high = cosine.blend(r, isSine);
      DoubleVector low = cosineLow.blend(sineLow, isSine);
      DoubleVector sum = high.add(low);
      DoubleVector error = high.sub(sum).add(low);
      LongVector sumBits = sum.reinterpretAsLongs();
      LongVector differ = sumBits.lanewise(XOR, error.reinterpretAsLongs()).lanewise(LSHR, 63);
      LongVector sign = signed.reinterpretAsLongs().and(signMask);
      LongVector turned = turns.and(2).lanewise(LSHL, 62);
      DoubleVector odd =
          sumBits.sub(differ).or(1).lanewise(XOR, sign).lanewise(XOR, turned).reinterpretAsDoubles();
      FloatVector y = (FloatVector) odd.convertShape(D2F, FLOATS, 0);
      y.intoMemorySegment(out, at, ORDER);
    }
    if (sine) {
      ScalarElementary.sin(out, in, bound, in.byteSize());
    } else {
      ScalarElementary.cos(out, in, bound, in.byteSize());
    }
  }
}
