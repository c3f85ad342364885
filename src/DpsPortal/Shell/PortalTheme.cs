using MudBlazor;

namespace DpsPortal.Shell;

/// <summary>
/// The portal's colours. MudBlazor's own fail WCAG 2.2 AA (success on white is 2.2 : 1); these were computed to pass 4.5 : 1 for
/// text on surface and for the contrast text on every fill, in both palettes.
/// </summary>
internal static class PortalTheme
{
    private static readonly string[] SystemFonts =
        ["Segoe UI Variable Text", "Segoe UI", "-apple-system", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = Light(),
        PaletteDark = Dark(),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "232px", AppbarHeight = "60px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = SystemFonts, FontSize = ".9375rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = SystemFonts, FontSize = ".9375rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = SystemFonts, FontSize = ".875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Button =
                new ButtonTypography { FontFamily = SystemFonts, FontSize = ".9375rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = SystemFonts, FontSize = "1.125rem", FontWeight = "600", LetterSpacing = "normal" },
        },
    };

    private static PaletteLight Light() => new()
    {
        Primary = "#0B5CAD",
        PrimaryContrastText = "#FFFFFF",
        Info = "#0B5CAD",
        InfoContrastText = "#FFFFFF",
        Success = "#1B7F3B",
        SuccessContrastText = "#FFFFFF",
        Warning = "#8A5A00",
        WarningContrastText = "#FFFFFF",
        Error = "#B3261E",
        ErrorContrastText = "#FFFFFF",
        Secondary = "#6B3FA0",
        SecondaryContrastText = "#FFFFFF",
        Tertiary = "#57606A",
        TertiaryContrastText = "#FFFFFF",
        Background = "#F6F8FA",
        BackgroundGray = "#F0F2F5",
        Surface = "#FFFFFF",
        AppbarBackground = "#FFFFFF",
        AppbarText = "#1F2328",
        DrawerBackground = "#F6F8FA",
        DrawerText = "#1F2328",
        DrawerIcon = "#57606A",
        TextPrimary = "#1F2328",
        TextSecondary = "#57606A",
        TextDisabled = "#57606A",
        ActionDefault = "#57606A",
        ActionDisabled = "#57606A",
        ActionDisabledBackground = "#E6E9EC",
        LinesInputs = "#6E7781",
        LinesDefault = "#D5DAE0",
        TableLines = "#E3E7EB",
        Divider = "#D5DAE0",
    };

    private static PaletteDark Dark() => new()
    {
        Primary = "#7CB8FF",
        PrimaryContrastText = "#0E1116",
        Info = "#7CB8FF",
        InfoContrastText = "#0E1116",
        Success = "#6FD08C",
        SuccessContrastText = "#0E1116",
        Warning = "#F5B84B",
        WarningContrastText = "#0E1116",
        Error = "#FF8A80",
        ErrorContrastText = "#0E1116",
        Secondary = "#C7A8F2",
        SecondaryContrastText = "#0E1116",
        Tertiary = "#B3B8BF",
        TertiaryContrastText = "#0E1116",
        Background = "#1A1C21",
        BackgroundGray = "#15171B",
        Surface = "#22252B",
        AppbarBackground = "#22252B",
        AppbarText = "#E6E8EB",
        DrawerBackground = "#1A1C21",
        DrawerText = "#E6E8EB",
        DrawerIcon = "#B3B8BF",
        TextPrimary = "#E6E8EB",
        TextSecondary = "#B3B8BF",
        TextDisabled = "#B3B8BF",
        ActionDefault = "#B3B8BF",
        ActionDisabled = "#B3B8BF",
        ActionDisabledBackground = "#33373F",
        LinesInputs = "#7D8590",
        LinesDefault = "#3A3F47",
        TableLines = "#33373F",
        Divider = "#3A3F47",
    };
}
