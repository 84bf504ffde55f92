//! G1 and G2 of blst behind one trait.

use blst::*;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect()
}

pub trait Group {
    type Affine;
    type Point;
    /// An uncompressed point of the curve, in the subgroup or not.
    fn point(text: &str) -> Self::Affine;
    fn is_infinity(p: &Self::Affine) -> bool;
    /// k big-endian, of any length; not reduced.
    fn times(p: &Self::Affine, k: &[u8]) -> Self::Point;
    /// Point, scalar, point, scalar ...
    fn sum(words: &[&str]) -> Self::Point;
    /// compressed,uncompressed
    fn encode(p: &Self::Point) -> String;
    /// Any bytes: an encoding or why it is refused.
    fn read(bytes: &[u8]) -> String;
}

macro_rules! group {
    ($group:ident, $point:ident, $affine:ident, $affines:ident, $size:expr, $from_affine:ident, $add:ident, $mult:ident, $equal:ident,
     $deserialize:ident, $uncompress:ident, $compress:ident, $serialize:ident, $in_group:ident, $is_inf:ident) => {
        pub struct $group;
        impl Group for $group {
            type Affine = $affine;
            type Point = $point;

            fn point(text: &str) -> $affine {
                let (bytes, mut out) = (unhex(text), $affine::default());
                assert_eq!(bytes.len(), 2 * $size);
                let status = unsafe { $deserialize(&mut out, bytes.as_ptr()) };
                assert_eq!(status, BLST_ERROR::BLST_SUCCESS, "{text}");
                out
            }

            fn is_infinity(p: &$affine) -> bool {
                unsafe { $is_inf(p) }
            }

            fn times(p: &$affine, k: &[u8]) -> $point {
                let (mut base, mut sum) = ($point::default(), $point::default());
                unsafe { $from_affine(&mut base, p) };
                for bit in k.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1)) {
                    let twice = sum;
                    unsafe { $add(&mut sum, &twice, &twice) };
                    if bit == 1 {
                        let before = sum;
                        unsafe { $add(&mut sum, &before, &base) };
                    }
                }
                if k.len() == 32 {
                    // blst's own ladder says the same.
                    let little: Vec<u8> = k.iter().rev().copied().collect();
                    let mut other = $point::default();
                    unsafe { $mult(&mut other, &base, little.as_ptr(), 256) };
                    assert!(unsafe { $equal(&sum, &other) });
                }
                sum
            }

            fn sum(words: &[&str]) -> $point {
                let (mut total, mut points, mut scalars) = ($point::default(), Vec::new(), Vec::new());
                for couple in words.chunks_exact(2) {
                    let (p, k) = (Self::point(couple[0]), unhex(couple[1]));
                    let before = total;
                    unsafe { $add(&mut total, &before, &Self::times(&p, &k)) };
                    let mut projective = $point::default();
                    unsafe { $from_affine(&mut projective, &p) };
                    if !Self::is_infinity(&p) {
                        points.push(projective);
                        scalars.extend(k.iter().rev());
                    }
                }
                if points.len() > 1 {
                    let other = $affines::from(&points).mult(&scalars, 255);  // Pippenger
                    assert!(unsafe { $equal(&total, &other) });
                }
                total
            }

            fn encode(p: &$point) -> String {
                let (mut short, mut long) = ([0u8; $size], [0u8; 2 * $size]);
                unsafe {
                    $compress(short.as_mut_ptr(), p);
                    $serialize(long.as_mut_ptr(), p);
                }
                format!("{},{}", hex(&short), hex(&long))
            }

            fn read(bytes: &[u8]) -> String {
                let mut p = $affine::default();
                let status = unsafe {
                    if bytes.len() == $size {
                        $uncompress(&mut p, bytes.as_ptr())
                    } else {
                        assert_eq!(bytes.len(), 2 * $size);
                        // deserialize() takes compressed points as well, of which it reads the first half.
                        if bytes[0] & 0x80 != 0 {
                            BLST_ERROR::BLST_BAD_ENCODING
                        } else {
                            $deserialize(&mut p, bytes.as_ptr())
                        }
                    }
                };
                match status {
                    BLST_ERROR::BLST_SUCCESS => {}
                    BLST_ERROR::BLST_BAD_ENCODING => return "encoding".into(),
                    BLST_ERROR::BLST_POINT_NOT_ON_CURVE => return "curve".into(),
                    BLST_ERROR::BLST_POINT_NOT_IN_GROUP => return "subgroup".into(),  // x = 0: a point of order 3
                    other => panic!("{other:?}"),
                }
                if Self::is_infinity(&p) {
                    return "infinity".into();
                }
                if !unsafe { $in_group(&p) } {
                    return "subgroup".into();
                }
                let mut projective = $point::default();
                unsafe { $from_affine(&mut projective, &p) };
                Self::encode(&projective)
            }
        }
    };
}

group!(
    G1, blst_p1, blst_p1_affine, p1_affines, 48, blst_p1_from_affine, blst_p1_add_or_double, blst_p1_mult, blst_p1_is_equal,
    blst_p1_deserialize, blst_p1_uncompress, blst_p1_compress, blst_p1_serialize, blst_p1_affine_in_g1, blst_p1_affine_is_inf
);
group!(
    G2, blst_p2, blst_p2_affine, p2_affines, 96, blst_p2_from_affine, blst_p2_add_or_double, blst_p2_mult, blst_p2_is_equal,
    blst_p2_deserialize, blst_p2_uncompress, blst_p2_compress, blst_p2_serialize, blst_p2_affine_in_g2, blst_p2_affine_is_inf
);
