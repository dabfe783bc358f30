//! Photographs: PNG and JPEG files, resized for phones and screens, as WebP and as JPEG for those that cannot show that.
//!
//! They are decoded and written anew, so that nothing else of a file is published: not where and when it was taken.

use std::io::Cursor;

use articles::Picture;
use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits,
    imageops::FilterType,
};
use jpeg_encoder::ColorType;

use super::{File, LARGEST, hash, sized};
use articles::SharePicture;

/// The widths in pixels that are published, as far as a photograph has them.
const WIDTHS: [u32; 3] = [480, 960, 1440];
/// The most pixels of a side.
const LONGEST_SIDE: u32 = 16_000;
/// The most pixels of a photograph: a good camera's.
const MOST_PIXELS: u64 = 50_000_000;
/// The most memory that a photograph takes while it is read.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Quality of 100, and what is tried when the result has too many bytes.
const QUALITIES: [u8; 3] = [80, 65, 50];
/// Changes when the same file would be published in another way.
const RECIPE: &[u8] = b"1";

/// Reads a photograph.
///
/// # Errors
/// When it cannot be published; what to do.
pub(super) fn read(stem: &str, bytes: &[u8]) -> Result<File, String> {
    let photo = decoded(bytes)?;
    let hash = hash(&[bytes, RECIPE].concat());
    let mut pictures = Vec::new();
    let mut sources = Vec::new();
    let mut sizes = Vec::new();
    for width in widths(photo.width()) {
        let smaller = resized(&photo, width);
        let name = |kind: &str| format!("{stem}-{hash}-{width}.{kind}");
        let jpeg = picture(name("jpg"), "image/jpeg", |quality| jpeg(&smaller, quality))?;
        let webp = picture(name("webp"), "image/webp", |quality| {
            webp(&smaller, quality)
        })?;
        sources.push(format!("{} {width}w", jpeg.address()));
        sizes.push((jpeg.address(), (smaller.width(), smaller.height())));
        pictures.extend([jpeg, webp]);
    }
    let (largest, size) = sizes.last().cloned().ok_or("it has no pixels")?;
    let usual = sizes.iter().rev().find(|(_, (width, _))| *width <= 960);
    let src = usual.map_or(&largest, |(src, _)| src);
    let mut image = sized(src.clone(), size);
    image.srcset = Some(sources.join(", "));
    let share_picture = SharePicture {
        src: largest,
        width: size.0,
        height: size.1,
    };
    Ok(File {
        pictures,
        image,
        share_picture: Some(share_picture),
    })
}

/// The pixels, as they are meant to be seen: cameras store how they were held (Exif).
fn decoded(bytes: &[u8]) -> Result<DynamicImage, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader
        .with_guessed_format()
        .map_err(|error| unreadable(error.into()))?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err("its content is neither PNG nor JPEG: save it anew as one of them".to_owned());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err("it has more than 50 million pixels: save it smaller".to_owned());
    }
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut photo = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    photo.apply_orientation(orientation);
    let (width, height) = (photo.width(), photo.height());
    if width > 10 * height || height > 4 * width {
        return Err("it is too narrow for a page: cut it to at most ten times as wide as high, or four times as high as wide".to_owned());
    }
    Ok(photo)
}

fn unreadable(error: ImageError) -> String {
    match error {
        ImageError::Limits(_) => {
            format!(
                "it has more than {LONGEST_SIDE} pixels on a side, or takes too much memory: save it smaller"
            )
        }
        error => format!("it cannot be read: {error}"),
    }
}

/// The widths in which a photograph is published.
fn widths(width: u32) -> Vec<u32> {
    let smaller: Vec<u32> = WIDTHS.into_iter().filter(|one| *one <= width).collect();
    if smaller.is_empty() {
        vec![width]
    } else {
        smaller
    }
}

fn resized(photo: &DynamicImage, width: u32) -> DynamicImage {
    let resized = if width == photo.width() {
        photo.clone()
    } else {
        photo.resize(width, u32::MAX, FilterType::CatmullRom)
    };
    if resized.color().has_alpha() {
        DynamicImage::ImageRgba8(resized.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(resized.into_rgb8())
    }
}

/// A picture in the best quality in which it is small enough.
fn picture(
    name: String,
    media_type: &str,
    encode: impl Fn(u8) -> Result<Vec<u8>, String>,
) -> Result<Picture, String> {
    for quality in QUALITIES {
        let content = encode(quality)?;
        if content.len() <= LARGEST {
            return Ok(Picture {
                name,
                media_type: media_type.to_owned(),
                content,
            });
        }
    }
    let kilobytes = LARGEST / 1024;
    Err(format!(
        "even resized, it has more than {kilobytes} KB: choose a picture with less detail, or cut a part out of it"
    ))
}

fn webp(photo: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    let encoder = webp::Encoder::from_image(photo)?;
    let webp = encoder.encode_simple(false, f32::from(quality));
    let webp = webp.map_err(|error| format!("it cannot be written as WebP: {error:?}"))?;
    Ok(webp.to_vec())
}

fn jpeg(photo: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    let size = (photo.width(), photo.height());
    match photo {
        DynamicImage::ImageRgba8(pixels) => {
            let mut pixels = pixels.as_raw().clone();
            pixels.chunks_exact_mut(4).for_each(lay_on_white);
            written(&pixels, size, ColorType::Rgba, quality)
        }
        photo => written(photo.as_bytes(), size, ColorType::Rgb, quality),
    }
}

/// Lays a pixel of red, green, blue and alpha on white: JPEG has no transparency.
fn lay_on_white(pixel: &mut [u8]) {
    let alpha = pixel.last().map_or(255, |alpha| u16::from(*alpha));
    for part in pixel {
        let laid = (u16::from(*part) * alpha + 255 * (255 - alpha)) / 255;
        *part = u8::try_from(laid).unwrap_or(u8::MAX);
    }
}

/// Pixels as a progressive JPEG, which a slow connection shows early.
///
/// # Errors
/// When a side has more than 65,535 pixels.
fn written(
    pixels: &[u8],
    (width, height): (u32, u32),
    color: ColorType,
    quality: u8,
) -> Result<Vec<u8>, String> {
    let large = |_| "it has too many pixels for a JPEG".to_owned();
    let (width, height) = (
        width.try_into().map_err(large)?,
        height.try_into().map_err(large)?,
    );
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, quality);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    let done = encoder.encode(pixels, width, height, color);
    done.map_err(|error| format!("it cannot be written as JPEG: {error}"))?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests;
