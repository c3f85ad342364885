using DpsPortal.Shell;
using MudBlazor;
using MudBlazor.Utilities;

namespace DpsPortal.Tests.Components;

/// <summary>WCAG 2.2, 1.4.3 (4.5 : 1 for text) and 1.4.11 (3 : 1 for the borders of inputs).</summary>
public sealed class PaletteTests
{
    public static TheoryData<string> Palettes => ["light", "dark"];

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Text_and_every_tone_stand_out_from_surface_and_background(string name)
    {
        var palette = PaletteOf(name);
        foreach (var ground in new[] { palette.Surface, palette.Background })
        {
            foreach (var text in new[] { palette.TextPrimary, palette.TextSecondary, palette.TextDisabled, palette.Primary, palette.Info, palette.Success,
                palette.Warning, palette.Error, palette.Secondary })
            {
                Assert.True(Contrast(text, ground) >= 4.5, $"{text} on {ground}: {Contrast(text, ground):0.00}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Contrast_text_stands_out_from_every_fill(string name)
    {
        var palette = PaletteOf(name);
        (MudColor Text, MudColor Fill)[] pairs =
        [
            (palette.PrimaryContrastText, palette.Primary), (palette.InfoContrastText, palette.Info), (palette.SuccessContrastText, palette.Success), (
                palette.WarningContrastText, palette.Warning),
            (palette.ErrorContrastText, palette.Error), (palette.SecondaryContrastText, palette.Secondary), (palette.TertiaryContrastText, palette.Tertiary), (
                palette.ActionDisabled, palette.ActionDisabledBackground),
        ];
        Assert.All(pairs, pair => Assert.True(Contrast(pair.Text, pair.Fill) >= 4.5, $"{pair.Text} on {pair.Fill}: {Contrast(pair.Text, pair.Fill):0.00}"));
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Borders_of_inputs_can_be_seen(string name) => Assert.True(Contrast(PaletteOf(name).LinesInputs, PaletteOf(name).Surface) >= 3);

    [Fact]
    public void The_measure_finds_the_default_palette_wanting() => Assert.True(Contrast(new PaletteLight().Success, new PaletteLight().Surface) < 4.5);

    private static Palette PaletteOf(string name) => name == "light" ? PortalTheme.Theme.PaletteLight : PortalTheme.Theme.PaletteDark;

    private static double Contrast(MudColor one, MudColor other)
    {
        double[] luminances = [Luminance(one), Luminance(other)];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);
    }

    private static double Luminance(MudColor color) => (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));

    private static double Linear(byte channel)
    {
        var value = channel / 255d;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
