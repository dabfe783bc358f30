//! Photographs as they are published.

use image::{
    ImageEncoder as _, Rgb, RgbImage, Rgba,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

use super::*;

/// A photograph with soft colours.
fn soft(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(255 * at / of).unwrap();
        Rgb([part(x, width), part(y, height), 120])
    })
}

fn png(photo: &RgbImage) -> Vec<u8> {
    let mut png = Vec::new();
    photo
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .unwrap();
    png
}

#[test]
fn a_photograph_is_published_in_three_widths_as_webp_and_jpeg() {
    let file = read("steps", &png(&soft(3000, 2000))).unwrap();

    let names = file.pictures.iter().map(|picture| picture.name.as_str());
    let ends: Vec<&str> = names.map(|name| name.rsplit_once('-').unwrap().1).collect();
    let expected = [
        "480.jpg",
        "480.webp",
        "960.jpg",
        "960.webp",
        "1440.jpg",
        "1440.webp",
    ];
    assert_eq!(ends, expected);
    for picture in &file.pictures {
        let (_, kind) = picture.media_type.split_once('/').unwrap();
        let written = image::guess_format(&picture.content).unwrap();
        assert_eq!(written.to_mime_type(), picture.media_type, "{kind}");
        assert!(picture.content.len() < LARGEST);
    }
    assert_eq!((file.image.width, file.image.height), (1440, 960));
    assert!(file.image.src.ends_with("-960.jpg"));
    let srcset = file.image.srcset.unwrap();
    assert_eq!(srcset.split(", ").count(), 3);
    assert!(srcset.ends_with("-1440.jpg 1440w"), "{srcset}");
}

#[test]
fn a_small_photograph_is_not_enlarged() {
    let file = read("small", &png(&soft(300, 200))).unwrap();

    assert_eq!(file.pictures.len(), 2);
    assert_eq!((file.image.width, file.image.height), (300, 200));
}

#[test]
fn it_is_turned_as_the_camera_was_held_and_says_nothing_else() {
    // Exif 2.32, §4.6: orientation 6, and the text that must not come out.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0 43.65 N 79.38 W";
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new(&mut jpeg);
    encoder.set_exif_metadata(exif.to_vec()).unwrap();
    encoder.encode_image(&soft(600, 300)).unwrap();
    assert!(jpeg.windows(5).any(|bytes| bytes == b"43.65"));

    let file = read("turned", &jpeg).unwrap();

    assert_eq!((file.image.width, file.image.height), (300, 600));
    for picture in file.pictures {
        assert!(!picture.content.windows(5).any(|bytes| bytes == b"43.65"));
    }
}

#[test]
fn what_is_transparent_is_white_where_there_is_no_transparency() {
    let clear = image::RgbaImage::from_pixel(600, 600, Rgba([0, 0, 0, 0]));
    let mut png = Vec::new();
    clear
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .unwrap();

    let file = read("clear", &png).unwrap();

    let jpeg = file
        .pictures
        .iter()
        .find(|one| one.media_type == "image/jpeg")
        .unwrap();
    let pixel = image::load_from_memory(&jpeg.content)
        .unwrap()
        .to_rgb8()
        .get_pixel(9, 9)
        .0;
    assert!(pixel.iter().all(|part| *part > 250), "{pixel:?}");
}

#[test]
fn what_cannot_be_published_says_what_to_do() {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(1500, 4000, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [one, two, three, _] = state.to_be_bytes();
        Rgb([one, two, three])
    });
    let mut bomb = Vec::new();
    let encoder = PngEncoder::new(&mut bomb);
    let black = vec![0; 17_000];
    encoder
        .write_image(&black, 17_000, 1, image::ExtendedColorType::L8)
        .unwrap();
    let mut cut = png(&soft(600, 400));
    cut.truncate(5_000);
    for (bytes, words) in [
        (png(&noise), "even resized, it has more than 380 KB"),
        (png(&soft(1100, 100)), "too narrow"),
        (bomb, "more than 16000 pixels"),
        (cut, "cannot be read"),
        (b"GIF89a".to_vec(), "save it anew"),
        (b"not a picture".to_vec(), "save it anew"),
    ] {
        let error = read("x", &bytes).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}
