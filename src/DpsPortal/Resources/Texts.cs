namespace DpsPortal.Resources;

/// <summary>Names the resource files that hold every word shown: <c>Texts.resx</c> (English) and <c>Texts.es.resx</c>.</summary>
public sealed class Texts;
