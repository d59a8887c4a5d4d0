namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Reads grey pictures of Netpbm: PGM (P2, P5) and PBM (P1, P4), as https://netpbm.sourceforge.net/doc/pgm.html describes them.</summary>
internal sealed class PgmReader
{
    private readonly string _file;
    private readonly byte[] _content;
    private int _at = 2;

    public PgmReader(string file, byte[] content)
    {
        _file = file;
        _content = content;
    }

    public static bool Looks(ReadOnlySpan<byte> content) =>
        content.Length > 2 && content[0] == 'P' && content[1] is (byte)'1' or (byte)'2' or (byte)'4' or (byte)'5' && IsSpace(content[2]);

    /// <exception cref="MapException">It is damaged or too large.</exception>
    public void Read<TSink>(ref TSink sink)
        where TSink : IPixelSink
    {
        int kind = _content[1] - '0';
        int width = Number("its width");
        int height = Number("its height");
        bool isBitmap = kind is 1 or 4;
        int white = isBitmap ? 1 : Number("its greatest value");
        MapImage.RequireSize(_file, width, height, sink.PixelsMax);
        if (white is < 1 or > ushort.MaxValue)
        {
            throw Refuse($"Its greatest value is {white}; 1 to {ushort.MaxValue} are allowed.");
        }

        sink.Begin(width, height);
        if (kind is 4 or 5)
        {
            _at++; // one space, whatever the first pixel looks like
            ReadBinary(width, height, white, isBitmap, ref sink);
            return;
        }

        for (int i = 0; i < width * height; i++)
        {
            int value = isBitmap ? Digit() : Number($"the value of column {i % width}, row {i / width}");
            Set(i % width, i / width, value, white, isBitmap, ref sink);
        }
    }

    private void ReadBinary<TSink>(int width, int height, int white, bool isBitmap, ref TSink sink)
        where TSink : IPixelSink
    {
        int rowBytes = isBitmap ? (width + 7) / 8 : white < 256 ? width : 2 * width;
        for (int y = 0; y < height; y++)
        {
            if (rowBytes > _content.Length - _at)
            {
                throw Refuse($"The file ends within row {y}.");
            }

            ReadOnlySpan<byte> row = _content.AsSpan(_at, rowBytes);
            _at += rowBytes;
            for (int x = 0; x < width; x++)
            {
                int value = isBitmap ? (row[x / 8] >> (7 - (x % 8))) & 1 : white < 256 ? row[x] : (row[2 * x] << 8) | row[(2 * x) + 1];
                Set(x, y, value, white, isBitmap, ref sink);
            }
        }
    }

    // In bitmaps a one is black.
    private void Set<TSink>(int x, int y, int value, int white, bool isBitmap, ref TSink sink)
        where TSink : IPixelSink
    {
        if (value > white)
        {
            throw Refuse($"The value of column {x}, row {y} is {value}, more than the greatest, {white}.");
        }

        int grey = isBitmap ? 1 - value : value;
        sink.Set(x, y, Pixel.Grey((ushort)((long)grey * ushort.MaxValue / white)));
    }

    private int Digit()
    {
        SkipSpace();
        int digit = _at < _content.Length ? _content[_at++] - '0' : -1;
        return digit is 0 or 1 ? digit : throw Refuse($"At byte {_at} a 0 or 1 is expected.");
    }

    private int Number(string what)
    {
        SkipSpace();
        int start = _at;
        int number = 0;
        while (_at < _content.Length && char.IsAsciiDigit((char)_content[_at]) && number <= 1_000_000)
        {
            number = (number * 10) + _content[_at++] - '0';
        }

        return _at > start && number <= 1_000_000 ? number : throw Refuse($"At byte {start} a number is expected: {what}.");
    }

    private void SkipSpace()
    {
        while (_at < _content.Length && (IsSpace(_content[_at]) || _content[_at] == '#'))
        {
            if (_content[_at] == '#')
            {
                while (_at < _content.Length && _content[_at] is not ((byte)'\n' or (byte)'\r'))
                {
                    _at++;
                }
            }
            else
            {
                _at++;
            }
        }
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 11 or 12;

    private MapException Refuse(string reason) => new(_file, "", "", reason);
}
