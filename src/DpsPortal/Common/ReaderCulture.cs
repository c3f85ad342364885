using System.Globalization;

namespace DpsPortal.Common;

/// <summary>The language of a circuit's reader, for work that is started by a thread that knows nothing of it.</summary>
internal sealed class ReaderCulture
{
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo _uiCulture = CultureInfo.CurrentUICulture;

    public void Apply() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (_culture, _uiCulture);
}
