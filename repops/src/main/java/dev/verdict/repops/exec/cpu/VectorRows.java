package dev.verdict.repops.exec.cpu;

import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [Elements]' rows of floats, a vector at a time. Loaded only where [VectorWidth#BITS] isn't 0.
final class VectorRows {
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.BITS));
  static final int LANES = SPECIES.length();

  private VectorRows() {}

  /// `from[fromAt + j]` for j in [0, count), NaN made canonical, to `out` from byte `byteAt` on.
  static void storeCanonical(MemorySegment out, long byteAt, float[] from, int fromAt, int count) {
    int bound = count - count % LANES;
    for (int j = 0; j < bound; j += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, from, fromAt + j);
      x = x.blend(Float.NaN, x.compare(NE, x));
      x.intoMemorySegment(out, byteAt + ((long) j << 2), ByteOrder.LITTLE_ENDIAN);
    }
    for (int j = bound; j < count; j++) {
      out.set(Elements.INT, byteAt + ((long) j << 2), Float.floatToIntBits(from[fromAt + j]));
    }
  }
}
